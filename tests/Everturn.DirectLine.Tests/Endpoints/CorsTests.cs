using System.Net;
using Everturn.DirectLine.Tests.Running;

namespace Everturn.DirectLine.Tests.Endpoints;

public sealed class CorsTests
{
    private const string Page = "http://localhost:5173";

    [Theory]
    [InlineData("/tokens/generate")]
    [InlineData("/conversations/c/activities")]
    [InlineData("/session/getsessionid")]
    public async Task Preflight_is_answered_without_a_token(string path)
    {
        await using var node = await TestNode.StartAsync();

        using var response = await TestConversation.SendAsync(
            node.Http, HttpMethod.Options, "/v3/directline" + path, null, null,
            ("Origin", Page), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization"));

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal(Page, Header(response, "Access-Control-Allow-Origin"));
        Assert.Equal("GET, POST", Header(response, "Access-Control-Allow-Methods"));
        foreach (var header in new[] { "authorization", "content-type", "x-ms-bot-agent", "x-requested-with" })
        {
            Assert.Contains(header, Header(response, "Access-Control-Allow-Headers"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("POST", "/tokens/generate", HttpStatusCode.OK)]
    [InlineData("POST", "/conversations", HttpStatusCode.Unauthorized)]
    [InlineData("GET", "/nothing", HttpStatusCode.NotFound)]
    [InlineData("PUT", "/conversations", HttpStatusCode.MethodNotAllowed)]
    public async Task Answer_of_any_status_can_be_read_by_an_allowed_page(string method, string path, HttpStatusCode expected)
    {
        await using var node = await TestNode.StartAsync();

        using var response = await TestConversation.SendAsync(
            node.Http, new HttpMethod(method), "/v3/directline" + path, null, null, ("Origin", Page));

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(Page, Header(response, "Access-Control-Allow-Origin"));
        Assert.Contains("retry-after", Header(response, "Access-Control-Expose-Headers"), StringComparison.Ordinal);
        Assert.Equal("local-1", Header(response, "Everturn-Node"));
        Assert.Contains("Origin", Header(response, "Vary"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://contoso.com", true)]
    [InlineData("https://CONTOSO.com", true)]
    [InlineData("http://127.0.0.1:80", true)]
    [InlineData("http://[::1]:80", true)]
    [InlineData("https://evil.example", false)]
    [InlineData("https://contoso.com.evil.example", false)]
    [InlineData("https://localhost.evil.example", false)]
    [InlineData("null", false)]
    public async Task Page_is_allowed_when_it_is_local_or_configured(string origin, bool allowed)
    {
        await using var node = await TestNode.StartAsync(
            configure: options => options.Secret = "a-secret-of-some-length",
            args: ["--Everturn:DirectLine:AllowedOrigins:0=https://contoso.com"]);

        using var response = await TestConversation.SendAsync(
            node.Http, HttpMethod.Post, "/v3/directline/tokens/generate", "a-secret-of-some-length", null, ("Origin", origin));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(allowed ? origin : null, Header(response, "Access-Control-Allow-Origin"));
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}
