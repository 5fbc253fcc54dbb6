using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Everturn.EndToEnd.Survival;

/// <summary>A server of the test's own: the service that bots call, which counts calls and keys, and the one that hears of every write.</summary>
internal sealed class OutsideService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly List<OutsideCall> _calls = [];

    private OutsideService(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single());

    /// <summary>Told of each call before it is answered. It may hold the answer back.</summary>
    public Func<OutsideCall, Task> Called { get; set; } = _ => Task.CompletedTask;

    /// <summary>Told of each write while the node waits. It may end the node.</summary>
    public Func<OutsideSave, Task> Saves { get; set; } = _ => Task.CompletedTask;

    public static async Task<OutsideService> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var service = new OutsideService(app);
        app.MapPost("/calls/{step}", service.CallAsync);
        app.MapPost("/saves/{when}", service.SaveAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return service;
    }

    /// <summary>The calls of a conversation.</summary>
    public IReadOnlyList<OutsideCall> CallsOf(string conversation)
    {
        lock (_lock)
        {
            return [.. _calls.Where(call => call.Conversation == conversation)];
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> CallAsync(HttpRequest request, string step, string conversation, int process)
    {
        var call = new OutsideCall(step, conversation, request.Headers["Idempotency-Key"].Single()!, process);
        int number;
        lock (_lock)
        {
            _calls.Add(call);
            number = _calls.Count(other => other.Conversation == conversation);
        }

        await Called(call);
        return Results.Json(number);
    }

    private async Task<IResult> SaveAsync(HttpRequest request, string when, string key, int process)
    {
        using var content = new MemoryStream();
        await request.Body.CopyToAsync(content, request.HttpContext.RequestAborted);
        await Saves(new OutsideSave(when == "after", key, process, content.ToArray()));
        return Results.Ok();
    }
}
