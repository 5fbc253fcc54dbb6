using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Everturn.Gateway.Tests.Play;
using Microsoft.AspNetCore.Http;

namespace Everturn.Gateway.Tests;

public sealed class ForwardingTests
{
    [Theory]
    [InlineData("client.id_1-2", true)]
    [InlineData("not well-formed", false)]
    [InlineData("", false)]
    public async Task Request_id_is_kept_when_well_formed_and_made_otherwise(string own, bool kept)
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1");
        using var request = Cluster.Message("c");
        request.Headers.TryAddWithoutValidation("Everturn-Request-Id", own);

        using var response = await cluster.Http.SendAsync(request, Deadline.Token);

        var id = cluster.AllRequests.Single().RequestId;
        Assert.Equal(kept, id == own);
        Assert.Matches("^[A-Za-z0-9._-]{1,128}$", id);
        Assert.Equal(id, response.Headers.GetValues("Everturn-Request-Id").Single());
    }

    [Fact]
    public async Task Nodes_are_told_the_host_and_scheme_that_the_client_used()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1");
        using var request = Cluster.Message("c");
        request.Headers.Host = "bot.example.org:8443";
        request.Headers.Add("X-Forwarded-Host", "evil.example");
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Forwarded-For", "203.0.113.7");

        using var response = await cluster.Http.SendAsync(request, Deadline.Token);

        var headers = cluster.AllRequests.Single().Headers;
        Assert.Equal("bot.example.org:8443", headers["Host"]);
        Assert.Equal("bot.example.org:8443", headers["X-Forwarded-Host"]);
        Assert.Equal("http", headers["X-Forwarded-Proto"]);
        Assert.Equal("203.0.113.7, 127.0.0.1", headers["X-Forwarded-For"]);
    }

    [Fact]
    public async Task Query_and_body_arrive_as_they_were_sent()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1");
        const string body = """{"type":"message","text":"\u00e9 é 😀","channelData":{"at":"2024-01-01T00:00:00.1234567+05:30","n":1.10}}""";
        using var response = await cluster.Http.PostAsync(
            "/v3/directline/conversations/a%7Cb/activities?x=%2Fy&z=1", new StringContent(body, Encoding.UTF8, "application/json"), Deadline.Token);

        var received = cluster.AllRequests.Single();
        Assert.Equal(body, received.Body);
        Assert.Equal("/v3/directline/conversations/a|b/activities?x=%2Fy&z=1", received.Path);
        Assert.Equal("north-1", response.Headers.GetValues("Everturn-Node").Single());
    }

    [Fact]
    public async Task Preflight_is_answered_by_a_node()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1");
        cluster.Nodes["north-1"].OnRequest = (context, _) =>
        {
            context.Response.StatusCode = 204;
            context.Response.Headers.AccessControlAllowOrigin = context.Request.Headers.Origin;
            return Task.CompletedTask;
        };
        using var request = new HttpRequestMessage(HttpMethod.Options, "/v3/directline/conversations");
        request.Headers.Add("Origin", "http://localhost:1234");

        using var response = await cluster.Http.SendAsync(request, Deadline.Token);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal("http://localhost:1234", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }

    [Fact]
    public async Task Other_paths_are_left_to_the_host()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1");

        Assert.Equal("the host's page", await cluster.Http.GetStringAsync("/"));
        Assert.Equal(HttpStatusCode.NotFound, (await cluster.Http.GetAsync("/api/other")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await cluster.Http.GetAsync("/v3/directlines")).StatusCode);
        Assert.Empty(cluster.AllRequests);
    }

    [Fact]
    public async Task Events_are_passed_on_as_they_come()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1");
        var more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Nodes["north-1"].OnRequest = async (context, _) =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: first\n\n");
            await context.Response.Body.FlushAsync();
            await more.Task.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync("data: second\n\n");
        };

        using var response = await cluster.Http.SendAsync(Cluster.Message("c"), HttpCompletionOption.ResponseHeadersRead, Deadline.Token);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal("data: first", await lines.ReadLineAsync(Deadline.Token));
        more.SetResult();
        Assert.Equal("\ndata: second\n\n", await lines.ReadToEndAsync(Deadline.Token));
    }

    [Fact]
    public async Task Answer_larger_than_the_buffer_arrives_whole()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1");
        var file = new byte[3_000_000];
        Random.Shared.NextBytes(file);
        cluster.Nodes["north-1"].OnRequest = (context, _) => context.Response.Body.WriteAsync(file).AsTask();

        Assert.Equal(file, await cluster.Http.GetByteArrayAsync("/v3/directline/conversations/c/files/1"));
    }

    [Theory]
    [InlineData("/api/messages", 1024, false, 200)]
    [InlineData("/api/messages", 1025, false, 413)]
    [InlineData("/api/messages", 1024, true, 200)]
    [InlineData("/api/messages", 1025, true, 413)]
    [InlineData("/v3/directline/conversations/c/activities", 1025, false, 413)]
    [InlineData("/v3/directline/conversations/c/upload?userId=u", 2048, false, 200)]
    [InlineData("/v3/directline/conversations/c/upload?userId=u", 2049, true, 413)]
    public async Task Body_over_its_limit_is_refused_with_the_protocols_error(string path, int bytes, bool chunked, int status)
    {
        await using var cluster = await Cluster.StartAsync(options => (options.MaxActivityBytes, options.MaxUploadBytes) = (1024, 2048), "north-1");
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(new byte[bytes]) };
        request.Headers.TransferEncodingChunked = chunked;
        request.Headers.Add("Origin", "http://localhost:3978");

        using var response = await cluster.Http.SendAsync(request, Deadline.Token);

        Assert.Equal(status, (int)response.StatusCode);
        if (status == 413)
        {
            var error = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");
            Assert.Equal("MessageSizeTooBig", error.GetProperty("code").GetString());
            Assert.Equal(path.StartsWith("/v3", StringComparison.Ordinal), response.Headers.Contains("Access-Control-Allow-Origin"));
            Assert.Empty(cluster.AllRequests);
        }
        else
        {
            Assert.Equal(bytes.ToString(System.Globalization.CultureInfo.InvariantCulture), cluster.AllRequests.Single().Headers["Content-Length"]);
        }
    }

    [Theory]
    [InlineData("http://localhost:5173", true)]
    [InlineData("https://127.0.0.1:8443", true)]
    [InlineData("http://[::1]:3978", true)]
    [InlineData("https://pizza.example", true)]
    [InlineData("https://evil.example", false)]
    [InlineData("http://localhost.evil.example", false)]
    [InlineData("null", false)]
    public async Task Own_errors_under_directline_may_be_read_by_allowed_origins_alone(string origin, bool allowed)
    {
        await using var cluster = await Cluster.StartAsync(options =>
        {
            options.HoldTime = TimeSpan.FromMilliseconds(100);
            options.AllowedOrigins.Add("https://pizza.example");
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v3/directline/conversations/c/activities");
        request.Headers.TryAddWithoutValidation("Origin", origin);

        using var response = await cluster.Http.SendAsync(request, Deadline.Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(allowed ? origin : null, response.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null);
        Assert.Contains("Origin", response.Headers.Vary);
    }
}
