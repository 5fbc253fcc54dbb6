using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Everturn.DirectLine.Tests.Running;

namespace Everturn.DirectLine.Tests.Endpoints;

public sealed class BadInputTests
{
    public static TheoryData<string> BadActivities =>
    [
        "", "{", "[]", "null", "42", "\"text\"", "{}",
        """{"type":"message"}""",
        """{"type":"message","from":{}}""",
        """{"type":"message","from":"ada"}""",
        """{"type":null,"from":{"id":"ada"}}""",
        """{"type":7,"from":{"id":"ada"}}""",
        """{"type":"message","type":"event","from":{"id":"ada"}}""",
        """{"type":"message","from":{"id":"ada"},"channelData":{"a":1,"a":2}}""",
        """{"type":"message","from":{"id":"ada"},"text":"\ud800"}""",
        """{"type":"message","from":{"id":"ada"},"attachments":{}}""",
        """{"type":"message","from":{"id":"ada"}} trailing""",
        """{"type":"message","from":{"id":"dl_forged"}}""",
        """{"type":"conversationUpdate","from":{"id":"ada"}}""",
        """{"type":"contactRelationUpdate","from":{"id":"ada"}}""",
        """{"type":"messageDelete","id":"1","from":{"id":"ada"}}""",
        """{"type":"event","from":{"id":"ada"}}""",
        """{"type":"message","from":{"id":"ada"},"value":""" + new string('[', 200) + new string(']', 200) + "}",
        "{\"type\":\"message\",\"from\":{\"id\":\"" + new string('a', 300) + "\"}}",
    ];

    [Theory]
    [MemberData(nameof(BadActivities))]
    public async Task Activity_that_is_none_is_400_and_the_node_goes_on(string body)
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync(user: null);

        using var response = await TestConversation.SendAsync(node.Http, HttpMethod.Post, conversation.ActivitiesPath, conversation.Token, body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var error = (await TestConversation.JsonOf(response)).GetProperty("error");
        Assert.Equal("BadArgument", error.GetProperty("code").GetString());
        Assert.StartsWith("ET4010", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Single(node.Log.Lines, line => line.Event.Id == 4001);
        await conversation.SayAsync(node.Http, "x");
        Assert.Equal(["hello ada", "x", "1: x"], await conversation.TextsAsync(node.Http, 3));
    }

    [Fact]
    public async Task Body_that_is_not_utf8_is_400()
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();
        using var content = new ByteArrayContent([.. "{\"type\":\"message\",\"value\":\""u8, 0xFF, .. "\"}"u8]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        await AssertPostAsync(node, conversation, content, HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("nonsense")]
    [InlineData(null)]
    public async Task Body_of_another_kind_is_415(string? contentType)
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(TestConversation.Message("x")));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        await AssertPostAsync(node, conversation, content, HttpStatusCode.UnsupportedMediaType);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_over_the_limit_is_413_whether_its_length_is_told_or_not(bool tellsLength)
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();
        var json = TestConversation.Message(new string('x', 300 * 1024));
        using var content = TestConversation.Json(json);
        content.Headers.ContentLength = tellsLength ? content.Headers.ContentLength : null;

        await AssertPostAsync(node, conversation, content, HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Body_just_within_the_limit_is_taken()
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();
        const string start = """{"type":"message","from":{"id":"ada"},"text":"silence","value":" """;
        var json = start.PadRight((256 * 1024) - 2, 'x') + "\"}";

        await conversation.PostAsync(node.Http, json);

        Assert.Equal(["hello dl_ada", "silence"], await conversation.TextsAsync(node.Http, 2));
    }

    [Theory]
    [InlineData("GET", "/nothing", HttpStatusCode.NotFound)]
    [InlineData("GET", "", HttpStatusCode.NotFound)]
    [InlineData("POST", "/conversations/c/unknown", HttpStatusCode.NotFound)]
    [InlineData("GET", "/tokens/generate", HttpStatusCode.MethodNotAllowed)]
    [InlineData("PUT", "/conversations", HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", "/conversations/c/activities", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/conversations/c/stream", HttpStatusCode.MethodNotAllowed)]
    public async Task Path_or_method_that_is_unknown_is_refused_as_json(string method, string path, HttpStatusCode expected)
    {
        await using var node = await TestNode.StartAsync();

        using var response = await TestConversation.SendAsync(node.Http, new HttpMethod(method), "/v3/directline" + path, null);

        Assert.Equal(expected, response.StatusCode);
        Assert.NotEmpty((await TestConversation.JsonOf(response)).GetProperty("error").GetProperty("code").GetString()!);
        Assert.Equal(expected == HttpStatusCode.MethodNotAllowed, response.Content.Headers.Allow.Count > 0);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"user":"dl_ada"}""")]
    [InlineData("""{"user":{"id":7}}""")]
    [InlineData("""{"user":{"id":"dl_\ud800"}}""")]
    [InlineData("""{"trustedOrigins":"https://contoso.com"}""")]
    public async Task Token_request_that_is_malformed_is_400(string body)
    {
        await using var node = await TestNode.StartAsync();

        using var response = await TestConversation.SendAsync(node.Http, HttpMethod.Post, "/v3/directline/tokens/generate", null, body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Body_of_random_damage_never_is_the_node_s_fault(int seed)
    {
        var random = new Random(seed);
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();
        var original = Encoding.UTF8.GetBytes(
            """{"type":"message","from":{"id":"ada"},"text":"silence","attachments":[{"contentType":"a","content":{}}],"entities":[{"type":"x"}],"channelData":{"a":[1,null]},"id":"\u0031"}""");
        for (var round = 0; round < 300; round++)
        {
            var body = original.ToArray();
            for (var damage = random.Next(1, 4); damage > 0; damage--)
            {
                var (at, from) = (random.Next(body.Length), random.Next(body.Length));
                body[at] = random.Next(2) == 0 ? (byte)random.Next(256) : body[from];
            }

            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var request = node.Request(HttpMethod.Post, $"/conversations/{conversation.Id}/activities", conversation.Token, content);
            using var response = await node.Http.SendAsync(request);
            Assert.True(
                response.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest,
                $"Seed {seed}, round {round}: {response.StatusCode} for {Encoding.Latin1.GetString(body)}");
        }

        Assert.DoesNotContain(node.Log.Lines, line => line.Event.Id is 4003);
    }

    [Fact]
    public async Task Log_holds_no_token_and_no_secret()
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();
        await using (var stream = await TestStream.OpenAsync(conversation.StreamUrl))
        {
            await stream.TextsAsync(1);
        }

        using var refused = await TestConversation.SendAsync(
            node.Http, HttpMethod.Get, $"/v3/directline/conversations/{conversation.Id}/stream?t={conversation.Token}", null);

        Assert.NotEmpty(node.Log.Lines);
        Assert.DoesNotContain(node.Log.Lines, line => line.Text.Contains("eyJ", StringComparison.Ordinal));
    }

    private static async Task AssertPostAsync(TestNode node, TestConversation conversation, HttpContent content, HttpStatusCode expected)
    {
        using var request = node.Request(HttpMethod.Post, $"/conversations/{conversation.Id}/activities", conversation.Token, content);
        using var response = await node.Http.SendAsync(request);
        Assert.Equal(expected, response.StatusCode);
    }
}
