using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Everturn.EndToEnd;

/// <summary>A fake of an OpenAI-compatible endpoint on a free loopback port, which always says the same.</summary>
internal sealed class PlayedModel : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _asked;

    private PlayedModel(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.First() + "/v1");

    public int Asked => Volatile.Read(ref _asked);

    public static async Task<PlayedModel> StartAsync(string says)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var model = new PlayedModel(builder.Build());
        model._app.MapPost("/v1/chat/completions", async context =>
        {
            Interlocked.Increment(ref model._asked);
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(
                $$"""{"id":"1","choices":[{"index":0,"message":{"role":"assistant","content":{{JsonSerializer.Serialize(says)}} },"finish_reason":"stop"}]}""");
        });
        await model._app.StartAsync();
        return model;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
