using System.Net;
using System.Text;
using Everturn.Turns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Everturn.AspNetCore.Tests.Inbound;

public sealed class TurnOutcomeTests
{
    private static readonly string Message = BotEndpointTests.Message("http://localhost:1", "hi");

    [Theory]
    [InlineData(0, "1")]
    [InlineData(0.2, "1")]
    [InlineData(1, "1")]
    [InlineData(2.5, "3")]
    [InlineData(90, "90")]
    public async Task Unavailable_is_answered_503_with_whole_seconds_to_wait(double seconds, string retryAfter)
    {
        await using var node = await StartAsync(new(_ => new TurnOutcome.Unavailable("ET1014: busy.", TimeSpan.FromSeconds(seconds))));

        using var answer = await node.PostAsync(Message);

        await Errors.AssertAsync(answer, HttpStatusCode.ServiceUnavailable, "ET1014");
        Assert.Equal(retryAfter, answer.Headers.RetryAfter?.ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Queued_is_answered_202_now_and_when_it_came_before(bool isDuplicate)
    {
        await using var node = await StartAsync(new(_ => new TurnOutcome.Queued(isDuplicate)));

        using var answer = await node.PostAsync(Message);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Refused_is_answered_400_and_logged_once()
    {
        await using var node = await StartAsync(new(_ => new TurnOutcome.Refused("ET1013: no.")));

        using var answer = await node.PostAsync(Message);

        await Errors.AssertAsync(answer, HttpStatusCode.BadRequest, "ET1013");
        Assert.Single(node.Log.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task Failed_is_answered_500_without_the_exceptions_words()
    {
        await using var node = await StartAsync(new(_ => new TurnOutcome.Failed(new InvalidOperationException("secret"))));

        using var answer = await node.PostAsync(Message);

        await Errors.AssertAsync(answer, HttpStatusCode.InternalServerError, "ET3012");
        Assert.DoesNotContain("secret", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Engine_that_throws_is_answered_500_and_logged_once()
    {
        await using var node = await StartAsync(new(_ => throw new InvalidOperationException("secret")));

        using var answer = await node.PostAsync(Message);

        await Errors.AssertAsync(answer, HttpStatusCode.InternalServerError, "ET3012");
        Assert.Single(node.Log.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Theory]
    [InlineData(200, """{"a":1.0}""", """{"a":1.0}""")]
    [InlineData(404, "", "")]
    [InlineData(204, "{}", "")]
    [InlineData(304, "{}", "")]
    [InlineData(599, "[1]", "[1]")]
    public async Task Answer_of_a_turn_is_passed_on(int status, string body, string expected)
    {
        await using var node = await StartAsync(new(_ => new TurnOutcome.Committed(new(status, Encoding.UTF8.GetBytes(body)), IsDuplicate: false)));

        using var answer = await node.PostAsync(Message);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(expected, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Engine_is_given_the_very_bytes_of_the_body()
    {
        const string Body = """ {"type" : "message","id":"a","channelId":"test","serviceUrl":"http://[::1]:5/","from":{"id":"u"},"conversation":{"id":"c"},"value":1.50,"x":null,"channelData":{"t":"2024-01-01T00:00:00.1234567+05:30","n":1e3,"é":"\u00e9"}} """;
        var engine = new ScriptedEngine(_ => new TurnOutcome.Committed(null, IsDuplicate: false));
        await using var node = await StartAsync(engine);

        using var answer = await node.PostAsync(Body);

        var inbound = Assert.Single(engine.Inbound);
        Assert.Equal(Body, Encoding.UTF8.GetString(inbound.Json.Span));
        Assert.Equal("a", inbound.Activity.Id);
        Assert.False(inbound.Echo);
        Assert.Null(inbound.RequestId);
    }

    [Fact]
    public async Task Caller_id_from_the_wire_does_not_reach_the_bot()
    {
        var engine = new ScriptedEngine(_ => new TurnOutcome.Committed(null, IsDuplicate: false));
        await using var node = await StartAsync(engine);

        using var answer = await node.PostAsync(Message[..^1] + ",\"callerId\":\"urn:botframework:azure\",\"x\":1.0}");

        var json = Encoding.UTF8.GetString(Assert.Single(engine.Inbound).Json.Span);
        Assert.DoesNotContain("callerId", json, StringComparison.Ordinal);
        Assert.Contains("\"x\":1.0", json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("abc-123_X.y", "abc-123_X.y")]
    [InlineData("has space", null)]
    [InlineData("semi;colon", null)]
    [InlineData("", null)]
    public async Task Request_id_is_passed_on_when_it_is_well_formed(string header, string? expected)
    {
        var engine = new ScriptedEngine(_ => new TurnOutcome.Committed(null, IsDuplicate: false));
        await using var node = await StartAsync(engine);
        node.Http.DefaultRequestHeaders.TryAddWithoutValidation("Everturn-Request-Id", header);

        using var answer = await node.PostAsync(Message);

        Assert.Equal(expected, Assert.Single(engine.Inbound).RequestId);
    }

    [Fact]
    public async Task Request_id_that_is_too_long_is_ignored()
    {
        var engine = new ScriptedEngine(_ => new TurnOutcome.Committed(null, IsDuplicate: false));
        await using var node = await StartAsync(engine);
        node.Http.DefaultRequestHeaders.TryAddWithoutValidation("Everturn-Request-Id", new string('a', 129));

        using var answer = await node.PostAsync(Message);

        Assert.Null(Assert.Single(engine.Inbound).RequestId);
    }

    private static Task<TestNode> StartAsync(ScriptedEngine engine) =>
        TestNode.StartAsync(services => services.AddSingleton<ITurnEngine>(engine));
}
