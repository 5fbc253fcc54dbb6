using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Everturn.DirectLine.Tests.Running;
using Everturn.Storage;

namespace Everturn.DirectLine.Tests.Endpoints;

public sealed class UploadTests
{
    [Fact]
    public async Task Files_of_an_upload_stand_in_their_activity_and_any_node_serves_them()
    {
        var store = new MemoryStore(new Random(1));
        await using var node = await TestNode.StartAsync(store);
        await using var other = await TestNode.StartAsync(store, "local-2");
        var conversation = await node.ConverseAsync();

        using var response = await UploadAsync(
            node, conversation, Form(
                """{"type":"message","text":"silence","from":{"id":"ada"},"attachments":[{"contentType":"image/png","name":"a.png","thumbnailUrl":"t"}]}""",
                ("a.png", "image/png", "picture"), ("evil.html", "text/html", "<script>")));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await conversation.TextsAsync(node.Http, 2);
        var attachments = (await conversation.GetAsync(node.Http, "1")).Activities[0].GetProperty("attachments").EnumerateArray().ToArray();
        Assert.Equal(["a.png", "evil.html"], attachments.Select(attachment => attachment.GetProperty("name").GetString()!).ToArray());
        Assert.Equal("t", attachments[0].GetProperty("thumbnailUrl").GetString());

        var url = new Uri(attachments[1].GetProperty("contentUrl").GetString()!);
        using var file = await other.Http.GetAsync(new Uri(other.BaseAddress, url.PathAndQuery));
        Assert.Equal("<script>", await file.Content.ReadAsStringAsync());
        Assert.Equal("text/html", file.Content.Headers.ContentType?.MediaType);
        Assert.Equal("attachment", file.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal("nosniff", file.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Contains("sandbox", file.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_as_the_whole_body_becomes_a_message_of_the_user()
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync(user: null);
        using var content = new ByteArrayContent("picture"u8.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        content.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileName = "..\\..\\a.png" };

        using var response = await UploadAsync(node, conversation, content, "?userId=ada");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await conversation.TextsAsync(node.Http, 2);
        var echo = (await conversation.GetAsync(node.Http, "1")).Activities[0];
        Assert.Equal("ada", echo.GetProperty("from").GetProperty("id").GetString());
        Assert.Equal("a.png", echo.GetProperty("attachments")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task Upload_repeated_with_the_same_request_id_happens_once()
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();
        var ids = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            // Each form has a boundary of its own, and the activity's URLs a token of their own.
            using var response = await UploadAsync(node, conversation, Form(
                """{"type":"message","text":"silence","from":{"id":"ada"}}""", ("a.txt", "text/plain", "x")), requestId: "r1");
            ids.Add((await TestConversation.JsonOf(response)).GetProperty("id").GetString()!);
        }

        await conversation.SayAsync(node.Http, "y");
        Assert.Single(ids.Distinct(StringComparer.Ordinal));
        Assert.Equal(["hello dl_ada", "silence", "y", "1: y"], await conversation.TextsAsync(node.Http, 4));
    }

    [Fact]
    public async Task Upload_beyond_a_limit_is_413()
    {
        await using var node = await TestNode.StartAsync(
            configure: options => (options.MaxFileBytes, options.MaxFilesPerUpload, options.MaxFilesPerConversation) = (1024, 2, 3));
        var conversation = await node.ConverseAsync();

        await AssertAsync(HttpStatusCode.RequestEntityTooLarge, Form(null, ("a", "text/plain", new string('x', 1025))));
        await AssertAsync(HttpStatusCode.RequestEntityTooLarge, Form(null, ("a", "text/plain", "1"), ("b", "text/plain", "2"), ("c", "text/plain", "3")));
        await AssertAsync(HttpStatusCode.RequestEntityTooLarge, Form(null, ("a", "text/plain", new string('x', 1024 * 1024))));
        await AssertAsync(HttpStatusCode.OK, Form(null, ("a", "text/plain", "1"), ("b", "text/plain", "2")));
        await AssertAsync(HttpStatusCode.RequestEntityTooLarge, Form(null, ("c", "text/plain", "3"), ("d", "text/plain", "4")));

        async Task AssertAsync(HttpStatusCode expected, HttpContent content)
        {
            using var response = await UploadAsync(node, conversation, content);
            Assert.Equal(expected, response.StatusCode);
        }
    }

    [Fact]
    public async Task Upload_that_is_broken_is_400()
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();

        await AssertAsync(Raw("multipart/form-data; boundary=b", "no parts"));
        await AssertAsync(Raw("multipart/form-data", "--b--"));
        await AssertAsync(Raw("multipart/form-data; boundary=b", "--b--\r\n"));
        await AssertAsync(Form("{", ("a", "text/plain", "1")));
        await AssertAsync(Form("[]", ("a", "text/plain", "1")));
        await AssertAsync(Form("""{"type":"message","from":{"id":"ada"},"attachments":[1]}""", ("a", "text/plain", "1")));
        await AssertAsync(Form("""{"type":"message","from":{"id":"ada"},"attachments":[{"name":"\ud800"}]}""", ("a", "text/plain", "1")));

        async Task AssertAsync(HttpContent content)
        {
            using var response = await UploadAsync(node, conversation, content);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }

        static ByteArrayContent Raw(string type, string body)
        {
            var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            return content;
        }
    }

    [Fact]
    public async Task File_is_served_only_with_the_token_of_its_conversation()
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();
        using var _ = await UploadAsync(node, conversation, Form(null, ("a", "text/plain", "1")));
        await conversation.TextsAsync(node.Http, 2);
        var echo = (await conversation.GetAsync(node.Http, "1")).Activities[0];
        var url = echo.GetProperty("attachments")[0].GetProperty("contentUrl").GetString()!;

        foreach (var (bad, expected) in new[]
        {
            (url.Split('?')[0], HttpStatusCode.Unauthorized),
            (url.Split('?')[0] + "?t=" + conversation.Token, HttpStatusCode.Forbidden),
            (url.Replace("/attachments/" + conversation.Id, "/attachments/other", StringComparison.Ordinal), HttpStatusCode.Forbidden),
            (url.Replace("?t=", "x?t=", StringComparison.Ordinal), HttpStatusCode.NotFound),
        })
        {
            using var response = await node.Http.GetAsync(new Uri(bad));
            Assert.Equal(expected, response.StatusCode);
        }
    }

    private static async Task<HttpResponseMessage> UploadAsync(
        TestNode node, TestConversation conversation, HttpContent content, string query = "?userId=ada", string? requestId = null)
    {
        using var request = node.Request(HttpMethod.Post, $"/conversations/{conversation.Id}/upload{query}", conversation.Token, content);
        if (requestId is not null)
        {
            request.Headers.Add("Everturn-Request-Id", requestId);
        }

        return await node.Http.SendAsync(request);
    }

    private static MultipartFormDataContent Form(string? activity, params (string Name, string Type, string Content)[] files)
    {
        var form = new MultipartFormDataContent();
        if (activity is not null)
        {
            var part = new ByteArrayContent(Encoding.UTF8.GetBytes(activity));
            part.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.microsoft.activity");
            form.Add(part, "activity", "blob");
        }

        foreach (var (name, type, content) in files)
        {
            var part = new ByteArrayContent(Encoding.UTF8.GetBytes(content));
            part.Headers.ContentType = new MediaTypeHeaderValue(type);
            form.Add(part, "file", name);
        }

        return form;
    }
}
