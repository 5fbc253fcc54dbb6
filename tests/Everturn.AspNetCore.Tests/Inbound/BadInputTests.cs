using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Everturn.AspNetCore.Tests.Inbound;

public sealed class BadInputTests
{
    private const string Good =
        """{"type":"invoke","name":"echo","id":"i","channelId":"test","from":{"id":"u"},"conversation":{"id":"c"}}""";

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("\"message\"")]
    [InlineData("{}{}")]
    [InlineData("<activity/>")]
    [InlineData("""{"type":5}""")]
    [InlineData("""{"type":"message","from":"ann"}""")]
    [InlineData("""{"type":"message","type":"message"}""")]
    [InlineData("""{"type":"message","membersAdded":[null]}""")]
    [InlineData("""{"type":"message","text":"\ud83c"}""")]
    [InlineData("""{"type":"message","channelData":{"a":"\ud83c"}}""")]
    public async Task Body_that_is_no_activity_is_answered_400(string body) =>
        await AssertRefusedAsync(node => node.PostAsync(body), HttpStatusCode.BadRequest, "ET3006");

    [Theory]
    [InlineData(65)]
    [InlineData(10_000)]
    [InlineData(100_000)]
    public async Task Absurd_nesting_is_answered_400(int depth) => await AssertRefusedAsync(
        node => node.PostAsync($"{{\"channelData\":{new string('[', depth)}{new string(']', depth)}}}"), HttpStatusCode.BadRequest, "ET3006");

    [Theory]
    [InlineData("type", "type")]
    [InlineData("channelId", "channelId")]
    [InlineData("conversation", "conversation.id")]
    [InlineData("from", "from.id")]
    [InlineData("name", "name")]
    public async Task Missing_member_is_answered_400_and_named(string member, string named)
    {
        var activity = System.Text.Json.Nodes.JsonNode.Parse(Good)!.AsObject();
        activity.Remove(member);

        var message = await AssertRefusedAsync(node => node.PostAsync(activity.ToJsonString()), HttpStatusCode.BadRequest, "ET3007");

        Assert.Contains($"lacks {named}.", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("type", "\"\"")]
    [InlineData("channelId", "null")]
    [InlineData("conversation", "{}")]
    [InlineData("conversation", "{\"id\":\"\"}")]
    [InlineData("from", "{\"id\":null}")]
    [InlineData("from", "null")]
    public async Task Empty_member_is_answered_400(string member, string value)
    {
        var activity = System.Text.Json.Nodes.JsonNode.Parse(Good)!.AsObject();
        activity[member] = System.Text.Json.Nodes.JsonNode.Parse(value);

        await AssertRefusedAsync(node => node.PostAsync(activity.ToJsonString()), HttpStatusCode.BadRequest, "ET3007");
    }

    [Theory]
    [InlineData("event")]
    [InlineData("invoke")]
    [InlineData("command")]
    [InlineData("commandResult")]
    public async Task Type_that_needs_a_name_without_one_is_answered_400(string type) => await AssertRefusedAsync(
        node => node.PostAsync($$"""{"type":"{{type}}","channelId":"test","from":{"id":"u"},"conversation":{"id":"c"},"serviceUrl":"http://localhost"}"""),
        HttpStatusCode.BadRequest, "ET3007");

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=latin1")]
    [InlineData("text/json")]
    [InlineData("garbage")]
    [InlineData("application/jsonx")]
    public async Task Other_content_type_is_answered_415(string contentType) => await AssertRefusedAsync(
        node => node.PostAsync(Good, contentType), HttpStatusCode.UnsupportedMediaType, "ET3004");

    [Fact]
    public async Task No_content_type_is_answered_415() => await AssertRefusedAsync(
        node => node.Http.PostAsync("/api/messages", new ByteArrayContent(Encoding.UTF8.GetBytes(Good))), HttpStatusCode.UnsupportedMediaType, "ET3004");

    [Fact]
    public async Task Compressed_body_is_answered_415() => await AssertRefusedAsync(
        node =>
        {
            var content = new StringContent(Good, Encoding.UTF8, "application/json");
            content.Headers.ContentEncoding.Add("gzip");
            return node.Http.PostAsync("/api/messages", content);
        },
        HttpStatusCode.UnsupportedMediaType, "ET3004");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_over_the_limit_is_answered_413(bool chunked)
    {
        await AssertRefusedAsync(node => PostPaddedAsync(node, 2049, chunked), HttpStatusCode.RequestEntityTooLarge, "ET3005", ("MaxActivityBytes", "2048"));
        await AssertRefusedAsync(node => PostPaddedAsync(node, 3_000_000, chunked), HttpStatusCode.RequestEntityTooLarge, "ET3005", ("MaxActivityBytes", "2048"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_at_the_limit_is_taken(bool chunked)
    {
        await using var node = await TestNode.StartAsync(settings: ("MaxActivityBytes", "2048"));

        using var answer = await PostPaddedAsync(node, 2048, chunked);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    [Fact]
    public async Task Body_over_the_default_limit_is_answered_413() => await AssertRefusedAsync(
        node => PostPaddedAsync(node, (256 * 1024) + 1, chunked: false), HttpStatusCode.RequestEntityTooLarge, "ET3005");

    [Theory]
    [InlineData(null, "400", "ET3008")]
    [InlineData("", "400", "ET3008")]
    [InlineData("localhost:5000", "400", "ET3008")]
    [InlineData("/relative", "400", "ET3008")]
    [InlineData("urn:everturn:directline", "400", "ET3008")]
    [InlineData("ftp://localhost/", "400", "ET3008")]
    [InlineData("file:///etc/passwd", "400", "ET3008")]
    [InlineData("http://localhost:1/x?y=", "400", "ET3008")]
    [InlineData("http://localhost:1/x#y", "400", "ET3008")]
    [InlineData("http://user@localhost:1/", "400", "ET3008")]
    [InlineData("https://smba.trafficmanager.net/emea/", "403", "ET3009")]
    [InlineData("http://10.0.0.1/", "403", "ET3009")]
    [InlineData("http://169.254.169.254/metadata", "403", "ET3009")]
    [InlineData("http://localhost.example.com/", "403", "ET3009")]
    [InlineData("http://127.0.0.1.example.com/", "403", "ET3009")]
    [InlineData("http://0.0.0.0:5000/", "403", "ET3009")]
    [InlineData("http://[::]/", "403", "ET3009")]
    [InlineData("http://2130706434.example/", "403", "ET3009")]
    public async Task Service_url_that_does_not_lead_here_is_refused(string? serviceUrl, string status, string code)
    {
        var activity = System.Text.Json.Nodes.JsonNode.Parse(BotEndpointTests.Message("x", "hi"))!.AsObject();
        activity["serviceUrl"] = serviceUrl;

        await AssertRefusedAsync(node => node.PostAsync(activity.ToJsonString()), Enum.Parse<HttpStatusCode>(status), code);
    }

    [Fact]
    public async Task Delivery_mode_stream_is_answered_400() => await AssertRefusedAsync(
        node => node.PostAsync(BotEndpointTests.Message("http://localhost:1", "hi")[..^1] + ",\"deliveryMode\":\"stream\"}"), HttpStatusCode.BadRequest, "ET3010");

    [Theory]
    [InlineData(2000, "x")]
    [InlineData(400, "漢")]
    [InlineData(1, ".")]
    [InlineData(2, ".")]
    public async Task Conversation_id_that_cannot_be_a_key_is_answered_400(int length, string letter) => await AssertRefusedAsync(
        node => node.PostAsync(Good.Replace("\"c\"", $"\"{string.Concat(Enumerable.Repeat(letter, length))}\"", StringComparison.Ordinal)), HttpStatusCode.BadRequest, "ET3011");

    [Fact]
    public async Task Conversation_id_with_nul_is_answered_400() => await AssertRefusedAsync(
        node => node.PostAsync(Good.Replace("\"c\"", "\"a\\u0000b\"", StringComparison.Ordinal)), HttpStatusCode.BadRequest, "ET3011");

    [Theory]
    [InlineData("Bearer x")]
    [InlineData("Basic dTpw")]
    [InlineData("")]
    public async Task Authorization_that_cannot_be_checked_is_answered_401(string authorization)
    {
        await using var node = await TestNode.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/messages") { Content = new StringContent(Good, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Authorization", authorization);

        using var answer = await node.Http.SendAsync(request);

        await Errors.AssertAsync(answer, HttpStatusCode.Unauthorized, "ET3003");
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task Request_under_a_foreign_host_name_is_answered_403()
    {
        await using var node = await TestNode.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/messages") { Content = new StringContent(Good, Encoding.UTF8, "application/json") };
        request.Headers.Host = "rebound.example.com";

        using var answer = await node.Http.SendAsync(request);

        await Errors.AssertAsync(answer, HttpStatusCode.Forbidden, "ET3002");
    }

    [Fact]
    public async Task Line_breaks_of_a_request_do_not_reach_the_log()
    {
        await using var node = await TestNode.StartAsync();

        using var answer = await node.PostAsync("{\"a\\u000ainfo: forged\":{\"b\":{\"c\":1,\"c\":2}}}");

        await Errors.AssertAsync(answer, HttpStatusCode.BadRequest, "ET3006");
        Assert.All(node.Log.Entries.Where(entry => entry.Event.Id == 3002), entry => Assert.DoesNotContain('\n', entry.Text));
    }

    [Theory]
    [InlineData("POST /api/messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"type\":")]
    [InlineData("POST /api/messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    public async Task Request_that_breaks_off_or_has_bad_framing_leaves_the_node_alive(string request)
    {
        await using var node = await TestNode.StartAsync();
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(node.Url.Host, node.Url.Port);
            var stream = socket.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
            socket.Client.Shutdown(SocketShutdown.Send);
            using var reader = new StreamReader(stream);
            var answer = await ReadUntilClosedAsync(reader);
            Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 400", StringComparison.Ordinal), answer);
        }

        using var next = await node.PostAsync(Good);
        Assert.Equal(HttpStatusCode.Accepted, next.StatusCode);
        Assert.DoesNotContain(node.Log.Entries, entry => entry.Level >= LogLevel.Error);
    }

    // A server may answer, close or reset a connection whose request it cannot read.
    private static async Task<string> ReadUntilClosedAsync(StreamReader reader)
    {
        try
        {
            return await reader.ReadToEndAsync();
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static Task<HttpResponseMessage> PostPaddedAsync(TestNode node, int bytes, bool chunked)
    {
        var body = Encoding.UTF8.GetBytes(Good.Insert(Good.Length - 1, $",\"text\":\"{new string('x', bytes - Good.Length - 10)}\""));
        Assert.Equal(bytes, body.Length);
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/messages") { Content = content };
        request.Headers.TransferEncodingChunked = chunked;
        return node.Http.SendAsync(request);
    }

    private static async Task<string> AssertRefusedAsync(
        Func<TestNode, Task<HttpResponseMessage>> send, HttpStatusCode status, string code, params (string Key, string Value)[] settings)
    {
        await using var node = await TestNode.StartAsync(settings: settings);
        using var answer = await send(node);
        await Errors.AssertAsync(answer, status, code);
        var entry = Assert.Single(node.Log.Entries, entry => entry.Level >= LogLevel.Warning);
        Assert.Contains(code, entry.Text, StringComparison.Ordinal);

        using var next = await node.PostAsync(Good);
        Assert.Equal(HttpStatusCode.Accepted, next.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }
}
