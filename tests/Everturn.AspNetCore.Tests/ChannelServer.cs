using System.Collections.Concurrent;
using System.Text;
using Everturn.Activities;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Everturn.AspNetCore.Tests;

/// <summary>Plays a channel's side of the Connector REST API on a free loopback port.</summary>
internal sealed class ChannelServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SemaphoreSlim _arrivals = new(0);

    private ChannelServer(WebApplication app) => _app = app;

    /// <summary>How requests are answered; by default 201 with an id.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = async context =>
    {
        context.Response.StatusCode = 201;
        await context.Response.WriteAsync("""{"id":"given"}""");
    };

    public ConcurrentQueue<Received> Requests { get; } = new();

    /// <summary>The service URL, without the final slash and with a path, as the Playground's.</summary>
    public string ServiceUrl => _app.Urls.First() + "/_connector";

    public static async Task<ChannelServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var server = new ChannelServer(builder.Build());
        server._app.Run(server.HandleAsync);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Waits for the next request that was not waited for yet.</summary>
    public async Task<Received> NextAsync()
    {
        Assert.True(await _arrivals.WaitAsync(TimeSpan.FromSeconds(20)), "No request came to the channel within 20 s.");
        Assert.True(Requests.TryDequeue(out var request));
        return request;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _arrivals.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Requests.Enqueue(new(
            context.Request.Method,
            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.ToArray()));
        _arrivals.Release();
        await Answer(context);
    }
}

internal sealed record Received(string Method, string Target, Dictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public Activity Activity => ActivityJson.Read(Body);
}
