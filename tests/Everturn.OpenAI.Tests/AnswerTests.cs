using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Everturn.OpenAI.Tests;

/// <summary>What the client makes of an endpoint's answers.</summary>
public sealed class AnswerTests
{
    [Fact]
    public async Task Answer_in_one_piece_is_read_with_usage_and_reason()
    {
        await using var talking = await Talking.StartAsync();
        talking.Endpoint.Then(200, """
            {"id":"a1","model":"played-2","choices":[{"index":0,"message":{"role":"assistant","content":"Hi.","reasoning_content":"A greeting."},"finish_reason":"stop"}],
             "usage":{"prompt_tokens":7,"completion_tokens":2,"total_tokens":9,"prompt_tokens_details":{"cached_tokens":3},"completion_tokens_details":{"reasoning_tokens":1}},"new_member":[1]}
            """);

        var answer = await talking.AskAsync();

        Assert.Equal("Hi.", answer.Text);
        Assert.Equal("A greeting.", Assert.Single(answer.Messages[0].Contents.OfType<TextReasoningContent>()).Text);
        Assert.Equal(("a1", "played-2", ChatFinishReason.Stop), (answer.ResponseId, answer.ModelId, answer.FinishReason));
        Assert.Equal((7, 2, 9, 3, 1), (answer.Usage!.InputTokenCount, answer.Usage.OutputTokenCount, answer.Usage.TotalTokenCount, answer.Usage.CachedInputTokenCount, answer.Usage.ReasoningTokenCount));
        Assert.Equal("Bearer sk-secret", talking.Endpoint.Requests[0].Authorization);
    }

    [Fact]
    public async Task Tool_calls_in_one_piece_are_read_in_order()
    {
        await using var talking = await Talking.StartAsync();
        talking.Endpoint.Then(200, """
            {"id":"a1","choices":[{"message":{"content":null,"tool_calls":[
              {"id":"c1","type":"function","function":{"name":"find","arguments":"{\"to\":\"Lisbon\",\"people\":2}"}},
              {"id":"c2","type":"function","function":{"name":"list","arguments":""}},
              {"type":"function","function":{"name":"pay","arguments":{"order":7}}}]},"finish_reason":"tool_calls"}]}
            """);

        var answer = await talking.AskAsync();

        var calls = answer.Messages[0].Contents.Cast<FunctionCallContent>().ToArray();
        Assert.Equal(["c1 find", "c2 list", "a1-2 pay"], calls.Select(call => $"{call.CallId} {call.Name}"));
        Assert.Equal("""{"to":"Lisbon","people":2}""", JsonSerializer.Serialize(calls[0].Arguments));
        Assert.Empty(calls[1].Arguments!);
        Assert.Equal("""{"order":7}""", JsonSerializer.Serialize(calls[2].Arguments));
        Assert.Equal(ChatFinishReason.ToolCalls, answer.FinishReason);
    }

    [Theory]
    [InlineData("{\\\"to\\\":")]
    [InlineData("[1]")]
    [InlineData("null")]
    [InlineData("Lisbon")]
    public async Task Arguments_that_are_no_object_are_told_with_the_call(string arguments)
    {
        await using var talking = await Talking.StartAsync();
        talking.Endpoint.Then(200, $$$"""{"choices":[{"message":{"tool_calls":[{"id":"c1","function":{"name":"find","arguments":"{{{arguments}}}"}}]},"finish_reason":"tool_calls"}]}""");

        var answer = await talking.AskAsync();

        var call = Assert.IsType<FunctionCallContent>(Assert.Single(answer.Messages[0].Contents));
        Assert.Null(call.Arguments);
        Assert.IsAssignableFrom<JsonException>(call.Exception);
    }

    [Fact]
    public async Task Refusal_is_told_as_an_error_and_filters_and_limits_as_reasons()
    {
        await using var talking = await Talking.StartAsync();
        talking.Endpoint.Then(200, """{"choices":[{"message":{"content":null,"refusal":"No."},"finish_reason":"stop"}]}""");
        talking.Endpoint.Then(200, """{"choices":[{"message":{"content":"Half an"},"finish_reason":"length"}]}""");
        talking.Endpoint.Then(200, """{"choices":[{"message":{"content":""},"finish_reason":"content_filter"}]}""");

        var refused = await talking.AskAsync();
        var cut = await talking.AskAsync();
        var filtered = await talking.AskAsync();

        Assert.Equal(("No.", "Refusal"), refused.Messages[0].Contents.Cast<ErrorContent>().Select(error => (error.Message, error.ErrorCode)).Single());
        Assert.Equal(("Half an", ChatFinishReason.Length), (cut.Text, cut.FinishReason));
        Assert.Equal(("", ChatFinishReason.ContentFilter), (filtered.Text, filtered.FinishReason));
    }

    [Fact]
    public async Task Stream_brings_text_as_it_comes_then_whole_calls_and_usage()
    {
        await using var talking = await Talking.StartAsync();
        talking.Endpoint.ThenStream(
            isWhole: true,
            """{"id":"a1","model":"m","choices":[{"delta":{"role":"assistant","content":""}}]}""",
            """{"id":"a1","choices":[{"delta":{"content":"One "}}]}""",
            """{"id":"a1","choices":[{"delta":{"content":"moment."}}]}""",
            """{"id":"a1","choices":[{"delta":{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"find","arguments":""}}]}}]}""",
            """{"id":"a1","choices":[{"delta":{"tool_calls":[{"index":1,"id":"c2","function":{"name":"pay","arguments":"{\"or"}}]}}]}""",
            """{"id":"a1","choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"to\":"}},{"index":1,"function":{"arguments":"der\":7}"}}]}}]}""",
            """{"id":"a1","choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\"Lisbon\"}"}}]}}]}""",
            """{"id":"a1","choices":[{"delta":{},"finish_reason":"tool_calls"}]}""",
            """{"id":"a1","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2,"total_tokens":9}}""");

        var updates = await talking.StreamAsync();
        var answer = updates.ToChatResponse();

        Assert.Equal(["One ", "moment."], updates.Select(update => update.Text).Where(text => text.Length > 0));
        Assert.Equal(
            ["c1 find {\"to\":\"Lisbon\"}", "c2 pay {\"order\":7}"],
            answer.Messages.Single().Contents.OfType<FunctionCallContent>().Select(call => $"{call.CallId} {call.Name} {JsonSerializer.Serialize(call.Arguments)}"));
        Assert.Equal((ChatFinishReason.ToolCalls, 9, "a1"), (answer.FinishReason, answer.Usage!.TotalTokenCount, answer.ResponseId));
        Assert.True(talking.Endpoint.Requests[0].Body.GetProperty("stream").GetBoolean());
        Assert.True(talking.Endpoint.Requests[0].Body.GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
    }

    [Fact]
    public async Task Stream_of_calls_without_indexes_is_told_apart_by_their_ids()
    {
        await using var talking = await Talking.StartAsync();
        talking.Endpoint.ThenStream(
            isWhole: false,
            """{"choices":[{"delta":{"tool_calls":[{"id":"c1","function":{"name":"find","arguments":"{}"}}]}}]}""",
            """{"choices":[{"delta":{"tool_calls":[{"id":"c2","function":{"name":"pay","arguments":"{\"a\""}}]}}]}""",
            """{"choices":[{"delta":{"tool_calls":[{"function":{"arguments":":1}"}}]},"finish_reason":"tool_calls"}]}""");

        var answer = (await talking.StreamAsync()).ToChatResponse();

        Assert.Equal(
            ["c1 find {}", "c2 pay {\"a\":1}"],
            answer.Messages.Single().Contents.Cast<FunctionCallContent>().Select(call => $"{call.CallId} {call.Name} {JsonSerializer.Serialize(call.Arguments)}"));
    }

    [Theory]
    // The same index for each call.
    [InlineData(
        """{"index":0,"id":"c1","function":{"name":"find","arguments":"{}"}}""",
        """{"index":0,"id":"c2","function":{"name":"pay","arguments":"{\"a\":1}"}}""")]
    // An id of its own for each piece.
    [InlineData(
        """{"index":0,"id":"c1","function":{"name":"find","arguments":"{}"}},{"index":1,"id":"c2","function":{"name":"pay","arguments":"{\"a"}}""",
        """{"index":1,"id":"c3","function":{"arguments":"\":1}"}}""")]
    public async Task Indexes_and_ids_that_servers_get_wrong_are_understood(string first, string second)
    {
        await using var talking = await Talking.StartAsync();
        talking.Endpoint.ThenStream(
            isWhole: true,
            $$$"""{"choices":[{"delta":{"tool_calls":[{{{first}}}]}}]}""",
            $$$"""{"choices":[{"delta":{"tool_calls":[{{{second}}}]},"finish_reason":"tool_calls"}]}""");

        var answer = (await talking.StreamAsync()).ToChatResponse();

        Assert.Equal(
            ["find {}", "pay {\"a\":1}"],
            answer.Messages.Single().Contents.Cast<FunctionCallContent>().Select(call => $"{call.Name} {JsonSerializer.Serialize(call.Arguments)}"));
    }

    [Theory]
    // One index for all calls, and no ids.
    [InlineData(
        """{"index":0,"id":"","function":{"name":"find","arguments":"{\"x\":1}"}}""",
        """{"index":0,"id":"","function":{"name":"pay","arguments":"{\"y\":2}"}}""",
        "1-0 find {\"x\":1}; 1-1 pay {\"y\":2}")]
    // Neither indexes nor ids, the same tool twice, and the arguments as objects.
    [InlineData(
        """{"function":{"name":"find","arguments":{"x":1}}},{"function":{"name":"find","arguments":{"x":2}}}""",
        """{"function":{"name":"pay","arguments":{"y":2}}}""",
        "1-0 find {\"x\":1}; 1-1 find {\"x\":2}; 1-2 pay {\"y\":2}")]
    // The name with each piece of a call.
    [InlineData(
        """{"index":0,"id":"c1","function":{"name":"find","arguments":""}},{"index":0,"function":{"name":"find","arguments":"{\"x\":{}"}}""",
        """{"index":0,"function":{"name":"find","arguments":"}"}},{"index":0,"function":{"name":"find","arguments":""}}""",
        "c1 find {\"x\":{}}")]
    // One id for all calls.
    [InlineData(
        """{"index":0,"id":"c","function":{"name":"find","arguments":"{}"}},{"index":1,"id":"c","function":{"name":"find","arguments":"{}"}}""",
        """{"index":2,"id":"c-2","function":{"name":"pay","arguments":"{}"}}""",
        "c find {}; c-2 find {}; c-2-2 pay {}")]
    public async Task Calls_that_servers_do_not_tell_apart_are_told_apart(string first, string second, string expected)
    {
        await using var talking = await Talking.StartAsync();
        talking.Endpoint.ThenStream(
            isWhole: true,
            $$$"""{"id":1,"choices":[{"delta":{"tool_calls":[{{{first}}}]}}]}""",
            $$$"""{"id":1,"choices":[{"delta":{"tool_calls":[{{{second}}}]},"finish_reason":"tool_calls"}]}""");

        var answer = (await talking.StreamAsync()).ToChatResponse();

        Assert.Equal(
            expected,
            string.Join("; ", answer.Messages.Single().Contents.Cast<FunctionCallContent>().Select(call => $"{call.CallId} {call.Name} {JsonSerializer.Serialize(call.Arguments)}")));
    }

    [Fact]
    public async Task Calls_that_come_after_the_reason_are_taken()
    {
        await using var talking = await Talking.StartAsync();
        talking.Endpoint.ThenStream(
            isWhole: true,
            """{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}""",
            """{"choices":[{"delta":{"tool_calls":[{"id":"c1","function":{"name":"find","arguments":"{}"}}]}}]}""");

        Assert.Equal("find", Assert.Single((await talking.StreamAsync()).ToChatResponse().Messages.Single().Contents.OfType<FunctionCallContent>()).Name);
    }

    [Fact]
    public async Task What_a_server_adds_to_a_call_is_sent_back_with_it()
    {
        await using var talking = await Talking.StartAsync();
        talking.Endpoint.ThenStream(
            isWhole: true,
            """{"choices":[{"delta":{"tool_calls":[{"id":"c1","function":{"name":"find","arguments":"{}"},"extra_content":{"google":{"thought_signature":"s1g"}}}]},"finish_reason":"tool_calls"}]}""");
        talking.Endpoint.Then(200, """{"choices":[{"message":{"content":"Done."},"finish_reason":"stop"}]}""");

        var answer = (await talking.StreamAsync()).ToChatResponse();
        await talking.Client.GetResponseAsync(
            [.. answer.Messages, new ChatMessage(ChatRole.Tool, [new FunctionResultContent("c1", "none")])], cancellationToken: TestContext.Current.CancellationToken);

        var call = talking.Endpoint.Requests[1].Body.GetProperty("messages")[0].GetProperty("tool_calls")[0];
        Assert.Equal("""{"google":{"thought_signature":"s1g"}}""", call.GetProperty("extra_content").GetRawText());
    }

    [Fact]
    public async Task Endpoint_that_does_not_stream_is_read_all_the_same()
    {
        await using var talking = await Talking.StartAsync();
        talking.Endpoint.Then(200, """{"id":"a1","choices":[{"message":{"content":"Whole."},"finish_reason":"stop"}]}""");

        Assert.Equal("Whole.", (await talking.StreamAsync()).ToChatResponse().Text);
    }

    [Fact]
    public async Task Comments_and_other_events_of_a_stream_are_passed_over()
    {
        await using var talking = await Talking.StartAsync();
        talking.Endpoint.Then(async context =>
        {
            await PlayedEndpoint.StreamAsync(context, isWhole: false);
            await PlayedEndpoint.StreamAsync(context, isWhole: false, """{"choices":[]}""", """{"choices":[{"delta":{"content":"ä"}}]}""");
            await context.Response.Body.WriteAsync(": keep-alive\n\nevent: note\nid: 7\ndata: {\"choices\":[{\"delta\":null,\"finish_reason\":\"stop\"}]}\n\n"u8.ToArray(), context.RequestAborted);
        });

        Assert.Equal("ä", (await talking.StreamAsync()).ToChatResponse().Text);
    }

    private const string HiEvent = "data: {\"choices\":[{\"delta\":{\"content\":\"Hi.\"},\"finish_reason\":\"stop\"}]}\n\n";

    [Theory]
    [InlineData(HiEvent + "data: [DONE]\n\n", null)]
    [InlineData(HiEvent + "data: [DONE]\n\n", "text/plain")]
    [InlineData(HiEvent + "data: [DONE]\n\n", "application/json")]
    [InlineData(HiEvent + "data: [DONE]\n\n", "Text/Event-Stream")]
    [InlineData("\n: OK\n\n" + HiEvent + "data: [DONE]\n\n", null)]
    [InlineData("data: \n\ndata:\n\n" + HiEvent + "data: [DONE] \n\n", "text/event-stream")]
    [InlineData("data:{\"choices\":[{\"delta\":{\"content\":\"Hi.\"}}]}\r\n\r\ndata:{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}", "text/event-stream")]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"Hi.\"}}]}\n\ndata: [DONE]\n\n", "text/event-stream")]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"},\"finish_reason\":\"\"}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\".\"},\"finish_reason\":\"stop\"}]}\n\n", "text/event-stream")]
    [InlineData("\r\n {\"choices\":[{\"message\":{\"content\":\"Hi.\"},\"finish_reason\":\"\"}]}", "text/event-stream")]
    public async Task Streams_that_differ_are_read_alike(string body, string? contentType)
    {
        await using var talking = await Talking.StartAsync();
        talking.Endpoint.Then(200, body, contentType);

        Assert.Equal("Hi.", (await talking.StreamAsync()).ToChatResponse().Text);
    }

    [Theory]
    [InlineData("""{"id":17,"model":5,"choices":[null,{"message":{"content":"Hi."},"finish_reason":"stop"}]}""")]
    [InlineData("""{"choices":[{"message":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"Hi"},{"type":"text","text":"."}]},"finish_reason":""}]}""")]
    [InlineData("""{"choices":[{"message":{"content":"Hi.","tool_calls":[null],"refusal":null,"reasoning_content":[]}}]}""")]
    [InlineData("""{"choices":[{"message":{"content":"Hi.","tool_calls":{}}}],"usage":{"prompt_tokens":1.0,"completion_tokens":"2","total_tokens":1e400,"prompt_tokens_details":[]}}""")]
    [InlineData("""{"choices":[{"message":{"content":"Hi."}}],"usage":[]}""")]
    public async Task Members_of_another_shape_cost_no_answer(string body)
    {
        await using var talking = await Talking.StartAsync();
        talking.Endpoint.Then(200, body);
        talking.Endpoint.ThenStream(isWhole: true, body.Replace("message", "delta", StringComparison.Ordinal));

        Assert.Equal("Hi.", (await talking.AskAsync()).Text);
        Assert.Equal("Hi.", (await talking.StreamAsync()).ToChatResponse().Text);
    }

    [Fact]
    public async Task Character_that_is_cut_in_two_is_put_together_and_half_of_one_replaced()
    {
        await using var talking = await Talking.StartAsync();
        talking.Endpoint.ThenStream(
            isWhole: true,
            """{"choices":[{"delta":{"reasoning_content":"\ud83d","content":"\"a\n\ud83d"}}]}""",
            """{"choices":[{"delta":{"reasoning_content":"\ude00","content":"\ude00b"}}]}""",
            """{"choices":[{"delta":{"content":"\ud83d"},"finish_reason":"stop"}]}""");

        var updates = await talking.StreamAsync();

        Assert.Equal(["\"a\n", "\U0001F600b", "\uFFFD"], updates.Select(update => update.Text).Where(text => text.Length > 0));
        Assert.Equal("\U0001F600", Assert.Single(updates.ToChatResponse().Messages.Single().Contents.OfType<TextReasoningContent>()).Text);
    }

    [Fact]
    public async Task Usage_with_every_piece_is_the_last_one()
    {
        await using var talking = await Talking.StartAsync();
        talking.Endpoint.ThenStream(
            isWhole: true,
            """{"choices":[{"delta":{"content":"a"}}],"usage":{"prompt_tokens":10,"completion_tokens":1,"total_tokens":11}}""",
            """{"choices":[{"delta":{"content":"b"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12}}""",
            """{"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12}}""");

        Assert.Equal(12, (await talking.StreamAsync()).ToChatResponse().Usage!.TotalTokenCount);
    }
}
