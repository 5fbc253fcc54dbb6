using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Everturn.OpenAI.Tests;

/// <summary>What the client asks of the endpoint.</summary>
public sealed class RequestTests
{
    private const string Hi = """{"choices":[{"message":{"content":"Hi."},"finish_reason":"stop"}]}""";

    [Fact]
    public async Task Conversation_with_tools_is_sent_as_the_protocol_has_it()
    {
        var schema = JsonDocument.Parse("""{"type":"object","properties":{"to":{"type":"string"}}}""").RootElement;
        var sent = await SendAsync(
            [
                new(ChatRole.User, "To Lisbon?"),
                new(ChatRole.Assistant, [new TextReasoningContent("hm"), new TextContent("Let me see."), new FunctionCallContent("c1", "find", new Dictionary<string, object?> { ["to"] = "Lisbon" }), new FunctionCallContent("c2", "find") { Exception = new JsonException() }]),
                new(ChatRole.Tool, [new FunctionResultContent("c1", "T1"), new FunctionResultContent("c2", new { error = "no JSON" })]),
                new(ChatRole.User, [new TextContent("Like here: "), new UriContent("https://example.com/a.png", "image/png"), new DataContent(new byte[] { 1 }, "image/png")]),
            ],
            new ChatOptions { Instructions = "Be brief.", Tools = [AIFunctionFactory.CreateDeclaration("find", "Finds.", schema)] });

        Assert.Equal(Normal("""
            {"model":"played","messages":[
              {"role":"system","content":"Be brief."},
              {"role":"user","content":"To Lisbon?"},
              {"role":"assistant","content":"Let me see.","tool_calls":[
                {"id":"c1","type":"function","function":{"name":"find","arguments":"{\"to\":\"Lisbon\"}"}},
                {"id":"c2","type":"function","function":{"name":"find","arguments":"{}"}}]},
              {"role":"tool","tool_call_id":"c1","content":"T1"},
              {"role":"tool","tool_call_id":"c2","content":"{\"error\":\"no JSON\"}"},
              {"role":"user","content":[{"type":"text","text":"Like here: "},{"type":"image_url","image_url":{"url":"https://example.com/a.png"}},{"type":"image_url","image_url":{"url":"data:image/png;base64,AQ=="}}]}],
             "tools":[{"type":"function","function":{"name":"find","description":"Finds.","parameters":{"type":"object","properties":{"to":{"type":"string"}}}}}]}
            """), Normal(sent));
    }

    [Fact]
    public async Task Options_are_sent_under_the_protocols_names()
    {
        var schema = JsonDocument.Parse("""{"type":"object"}""").RootElement;
        var sent = await SendAsync(
            [new(ChatRole.User, "x")],
            new ChatOptions
            {
                ModelId = "other",
                MaxOutputTokens = 100,
                Temperature = 0.5f,
                TopP = 0.25f,
                TopK = 3,
                FrequencyPenalty = 1,
                PresencePenalty = 2,
                Seed = 7,
                StopSequences = ["\n"],
                Reasoning = new() { Effort = ReasoningEffort.Low },
                ResponseFormat = ChatResponseFormat.ForJsonSchema(schema, "intent", "What is meant."),
                Tools = [AIFunctionFactory.CreateDeclaration("find", "", schema)],
                ToolMode = ChatToolMode.RequireSpecific("find"),
                AllowMultipleToolCalls = false,
                AdditionalProperties = new() { ["user"] = "u1", ["logit_bias"] = new Dictionary<string, int> { ["50256"] = -100 } },
            });

        Assert.Equal(Normal("""
            {"model":"other","messages":[{"role":"user","content":"x"}],
             "tools":[{"type":"function","function":{"name":"find","description":"","parameters":{"type":"object"}}}],
             "tool_choice":{"type":"function","function":{"name":"find"}},"parallel_tool_calls":false,
             "max_completion_tokens":100,"temperature":0.5,"top_p":0.25,"top_k":3,"frequency_penalty":1,"presence_penalty":2,"seed":7,"stop":["\n"],"reasoning_effort":"low",
             "response_format":{"type":"json_schema","json_schema":{"name":"intent","description":"What is meant.","schema":{"type":"object"}}},
             "user":"u1","logit_bias":{"50256":-100}}
            """), Normal(sent));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("required")]
    public async Task Choice_of_tools_is_sent(string mode)
    {
        var sent = await SendAsync(
            [new(ChatRole.User, "x")],
            new ChatOptions
            {
                Tools = [AIFunctionFactory.CreateDeclaration("find", "", JsonDocument.Parse("{}").RootElement)],
                ToolMode = mode == "none" ? ChatToolMode.None : ChatToolMode.RequireAny,
                ResponseFormat = ChatResponseFormat.Json,
                MaxOutputTokens = 5,
            },
            options => options.MaxTokensName = "max_tokens");

        Assert.Equal(mode, sent.GetProperty("tool_choice").GetString());
        Assert.Equal("json_object", sent.GetProperty("response_format").GetProperty("type").GetString());
        Assert.Equal(5, sent.GetProperty("max_tokens").GetInt32());
    }

    [Fact]
    public async Task Reasoning_is_sent_back_with_tool_calls_where_that_is_wanted()
    {
        ChatMessage[] messages =
        [
            new(ChatRole.User, "x"),
            new(ChatRole.Assistant, [new TextReasoningContent("I should "), new TextReasoningContent("look."), new FunctionCallContent("c1", "find")]),
            new(ChatRole.Tool, [new FunctionResultContent("c1", "")]),
            new(ChatRole.Assistant, [new TextReasoningContent("Nothing."), new TextContent("No.")]),
        ];

        var sent = await SendAsync(messages, new ChatOptions(), options => options.SendReasoning = true);
        var unasked = await SendAsync(messages, new ChatOptions());

        Assert.Equal("I should look.", sent.GetProperty("messages")[1].GetProperty("reasoning_content").GetString());
        Assert.False(sent.GetProperty("messages")[3].TryGetProperty("reasoning_content", out _));
        Assert.DoesNotContain("reasoning", unasked.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Query_of_the_address_stays_and_no_message_shows_it()
    {
        await using var endpoint = await PlayedEndpoint.StartAsync();
        using var client = new ChatCompletionsClient(new() { Endpoint = new Uri(endpoint.Url + "/?api-version=v1&sig=hidden"), Model = "m", MaxRetries = 0 });
        endpoint.Then(200, Hi);
        endpoint.Then(500, "{}");

        await client.GetResponseAsync("hello", cancellationToken: TestContext.Current.CancellationToken);
        var failure = await Assert.ThrowsAsync<ChatCompletionsException>(() => client.GetResponseAsync("hello", cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(("?api-version=v1&sig=hidden", null), (endpoint.Requests[0].Query, endpoint.Requests[0].Authorization));
        Assert.DoesNotContain("hidden", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_protocol_cannot_express_is_refused()
    {
        await using var talking = await Talking.StartAsync();

        var sound = await Assert.ThrowsAsync<ChatCompletionsException>(() => talking.Client.GetResponseAsync(
            new ChatMessage(ChatRole.User, [new DataContent(new byte[] { 1 }, "audio/wav")]), cancellationToken: TestContext.Current.CancellationToken));
        var tool = await Assert.ThrowsAsync<ChatCompletionsException>(() => talking.AskAsync(new ChatOptions { Tools = [new HostedWebSearchTool()] }));

        Assert.Equal(("ET7131", "ET7131"), (sound.Code, tool.Code));
        Assert.Empty(talking.Endpoint.Requests);
    }

    private static async Task<JsonElement> SendAsync(ChatMessage[] messages, ChatOptions options, Action<ChatCompletionsOptions>? configure = null)
    {
        await using var talking = await Talking.StartAsync(configure);
        talking.Endpoint.Then(200, Hi);
        await talking.Client.GetResponseAsync(messages, options, TestContext.Current.CancellationToken);
        return talking.Endpoint.Requests.Single().Body;
    }

    private static string Normal(string json) => Normal(JsonDocument.Parse(json).RootElement);

    private static string Normal(JsonElement json) => JsonSerializer.Serialize(json);
}
