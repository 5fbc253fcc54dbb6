using System.Net;
using System.Text.Json;

namespace Everturn.AspNetCore.Tests.Inbound;

public sealed class BotEndpointTests
{
    [Fact]
    public async Task Message_is_answered_200_without_a_body_and_replied_to_through_the_connector()
    {
        await using var channel = await ChannelServer.StartAsync();
        await using var node = await TestNode.StartAsync();

        using var answer = await node.PostAsync(Message(channel.ServiceUrl, "hello"));
        var reply = await channel.NextAsync();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("", await answer.Content.ReadAsStringAsync());
        Assert.Equal(("POST", "/_connector/v3/conversations/c%201/activities/a1"), (reply.Method, reply.Target));
        Assert.Equal(("1: hello", "bot", "ann", "a1"), (reply.Activity.Text, reply.Activity.From?.Id, reply.Activity.Recipient?.Id, reply.Activity.ReplyToId));
        Assert.Equal("application/json; charset=utf-8", reply.Headers["Content-Type"]);
        Assert.False(reply.Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task Same_activity_twice_is_answered_200_twice_and_replied_to_once()
    {
        await using var channel = await ChannelServer.StartAsync();
        await using var node = await TestNode.StartAsync();

        using var first = await node.PostAsync(Message(channel.ServiceUrl, "one", "a1"));
        using var again = await node.PostAsync(Message(channel.ServiceUrl, "one", "a1"));
        using var second = await node.PostAsync(Message(channel.ServiceUrl, "two", "a2"));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, again.StatusCode, second.StatusCode));
        Assert.Equal("1: one", (await channel.NextAsync()).Activity.Text);
        Assert.Equal("2: two", (await channel.NextAsync()).Activity.Text);
    }

    [Fact]
    public async Task Reply_is_updated_and_deleted_through_the_connector_by_the_channels_id()
    {
        await using var channel = await ChannelServer.StartAsync();
        await using var node = await TestNode.StartAsync();

        using var first = await node.PostAsync(Message(channel.ServiceUrl, "hello", "a1"));
        using var second = await node.PostAsync(Message(channel.ServiceUrl, "correct", "a2"));
        using var third = await node.PostAsync(Message(channel.ServiceUrl, "take back", "a3"));
        _ = await channel.NextAsync();
        var (update, deletion) = (await channel.NextAsync(), await channel.NextAsync());

        Assert.Equal(("PUT", "/_connector/v3/conversations/c%201/activities/given"), (update.Method, update.Target));
        Assert.Equal(("given", "message", "corrected", null), (update.Activity.Id, update.Activity.Type, update.Activity.Text, update.Activity.ReplyToId));
        Assert.Equal(("DELETE", "/_connector/v3/conversations/c%201/activities/given"), (deletion.Method, deletion.Target));
    }

    [Fact]
    public async Task Typing_comes_before_the_turns_reply()
    {
        await using var channel = await ChannelServer.StartAsync();
        await using var node = await TestNode.StartAsync();

        using var answer = await node.PostAsync(Message(channel.ServiceUrl, "type first"));

        Assert.Equal("typing", (await channel.NextAsync()).Activity.Type);
        Assert.Equal("1: type first", (await channel.NextAsync()).Activity.Text);
    }

    [Fact]
    public async Task Expect_replies_gets_them_in_the_answer()
    {
        await using var node = await TestNode.StartAsync();

        using var answer = await node.PostAsync("""{"type":"message","id":"a","channelId":"test","from":{"id":"u"},"conversation":{"id":"c"},"text":"x","deliveryMode":"expectReplies"}""");
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());

        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("1: x", body.RootElement.GetProperty("activities")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Invoke_is_answered_the_bots_status_and_body()
    {
        await using var node = await TestNode.StartAsync();

        using var answer = await node.PostAsync(Invoke("echo"));

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("""{"n":1.0}""", await answer.Content.ReadAsStringAsync());
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Invoke_that_the_bot_does_not_know_is_answered_501()
    {
        await using var node = await TestNode.StartAsync();

        using var answer = await node.PostAsync(Invoke("unknown"));

        Assert.Equal(HttpStatusCode.NotImplemented, answer.StatusCode);
        Assert.Equal("", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Bot_that_throws_is_answered_500_and_logged_once_without_its_words_in_the_answer()
    {
        await using var channel = await ChannelServer.StartAsync();
        await using var node = await TestNode.StartAsync();

        using var answer = await node.PostAsync(Message(channel.ServiceUrl, "throw"));

        await Errors.AssertAsync(answer, HttpStatusCode.InternalServerError, "ET3012");
        Assert.DoesNotContain("asked to", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Single(node.Log.Entries, entry => entry.Level >= Microsoft.Extensions.Logging.LogLevel.Warning);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json;charset=\"UTF-8\"")]
    [InlineData("APPLICATION/JSON")]
    [InlineData("application/activity+json")]
    public async Task Json_content_types_are_taken(string contentType)
    {
        await using var node = await TestNode.StartAsync();

        using var answer = await node.PostAsync(Invoke("echo"), contentType);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    [Theory]
    [InlineData("normal")]
    [InlineData("notification")]
    [InlineData("default")]
    [InlineData("somethingNew")]
    [InlineData("ephemeral")]
    public async Task Delivery_mode_that_is_normal_or_unknown_replies_through_the_connector(string mode)
    {
        await using var channel = await ChannelServer.StartAsync();
        await using var node = await TestNode.StartAsync();

        using var answer = await node.PostAsync(Message(channel.ServiceUrl, "x")[..^1] + $",\"deliveryMode\":\"{mode}\"}}");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("1: x", (await channel.NextAsync()).Activity.Text);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Other_method_is_answered_405(string method)
    {
        await using var node = await TestNode.StartAsync();

        using var answer = await node.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/api/messages"));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    [Theory]
    [InlineData("GET", "/nowhere", 404)]
    [InlineData("GET", "/api/messages", 405)]
    [InlineData("POST", "/api/messages", 415)]
    [InlineData("GET", "/health/live", 200)]
    [InlineData("GET", "/throws", 500)]
    public async Task Every_response_names_the_node(string method, string path, int status)
    {
        await using var node = await TestNode.StartAsync(map: app =>
        {
            Microsoft.AspNetCore.Builder.EndpointRouteBuilderExtensions.MapGet(app, "/throws", _ => throw new InvalidOperationException("x"));
        });

        using var answer = await node.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("node-1", Assert.Single(answer.Headers.GetValues("Everturn-Node")));
    }

    internal static string Message(string serviceUrl, string text, string id = "a1") =>
        $$$"""{"type":"message","id":"{{{id}}}","channelId":"test","serviceUrl":"{{{serviceUrl}}}","from":{"id":"ann"},"recipient":{"id":"bot"},"conversation":{"id":"c 1"},"text":"{{{text}}}"}""";

    private static string Invoke(string name) =>
        $$$"""{"type":"invoke","id":"i1","name":"{{{name}}}","channelId":"test","from":{"id":"ann"},"conversation":{"id":"c"},"value":{"n":1.0}}""";
}
