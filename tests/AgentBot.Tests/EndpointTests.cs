using System.Text.Json;
using Everturn.OpenAI.Tests;
using Everturn.Storage;
using Everturn.Tests;
using Microsoft.Extensions.Options;

namespace AgentBot.Tests;

/// <summary>The agent with a model behind an endpoint, which the test plays.</summary>
public sealed class EndpointTests : IDisposable
{
    private readonly MemoryStore _store = new(Random.Shared);
    private readonly RecordingChannel _channel = new();
    private readonly AgencyFolder _agency = new();

    public void Dispose() => _agency.Dispose();

    [Fact]
    public async Task Turn_with_tool_calls_goes_over_http()
    {
        await using var endpoint = await PlayedEndpoint.StartAsync();
        endpoint.ThenStream(
            isWhole: true,
            """{"id":"a1","choices":[{"delta":{"tool_calls":[{"index":0,"id":"c1","function":{"name":"reserve_trip","arguments":"{\"trip\":\"OSL-4\","}}]}}]}""",
            """{"id":"a1","choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\"travellers\":2}"}}]},"finish_reason":"tool_calls"}]}""");
        endpoint.ThenStream(isWhole: true, """{"id":"a2","choices":[{"delta":{"content":"It is "}}]}""", """{"id":"a2","choices":[{"delta":{"content":"reserved."},"finish_reason":"stop"}]}""");
        await using var node = await AgentNode.StartAsync(_store, _channel, _agency.Path, settings: new Dictionary<string, string>
        {
            ["Endpoint"] = endpoint.Url.ToString(),
            ["Model"] = "played",
            ["Key"] = "sk-played",
        });

        await node.SayAsync("To Oslo, for two.");

        Assert.Equal(["It is reserved."], await _channel.WaitForAsync(1));
        Assert.Equal(1, _agency.Reservations);
        Assert.All(endpoint.Requests, request => Assert.Equal(("Bearer sk-played", "played"), (request.Authorization, request.Body.GetProperty("model").GetString())));
        var last = endpoint.Requests[1].Body.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("role").GetString());
        Assert.Equal(["system", "user", "assistant", "tool"], last);
        Assert.Equal(
            """{"type":"function","function":{"name":"cancel_reservation","description":"Cancels a reservation.","parameters":{"type":"object","properties":{"reservation":{"description":"The reservation\u0027s number.","type":"string"}},"required":["reservation"]}}}""",
            JsonSerializer.Serialize(endpoint.Requests[0].Body.GetProperty("tools")[3]));
    }

    [Fact]
    public async Task Endpoint_that_fails_is_told_to_the_user()
    {
        await using var endpoint = await PlayedEndpoint.StartAsync();
        endpoint.Then(401, """{"error":{"message":"no such key"}}""");
        await using var node = await AgentNode.StartAsync(_store, _channel, _agency.Path, settings: new Dictionary<string, string>
        {
            ["Endpoint"] = endpoint.Url.ToString(),
            ["Model"] = "played",
        });

        await node.SayAsync("hello");

        Assert.StartsWith("I cannot reach my language model just now", Assert.Single(await _channel.WaitForAsync(1)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Endpoint", "http://localhost:1/v1", "ET7120: Model is empty")]
    [InlineData("MaxRounds", "9", "MaxRounds")]
    [InlineData("HistoryBytes", "1", "HistoryBytes")]
    [InlineData("WordDelay", "1:0:0", "WordDelay")]
    public async Task Wrong_settings_stop_the_start(string name, string value, string said)
    {
        var wrong = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            AgentNode.StartAsync(_store, _channel, _agency.Path, settings: new Dictionary<string, string> { [name] = value }));

        Assert.Contains(said, wrong.Message, StringComparison.Ordinal);
    }
}
