using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Everturn.EndToEnd;

/// <summary>A server of the test's own that plays a channel: it takes the bot's replies by the Connector REST API.</summary>
internal sealed class PlayedChannel : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _replies = new();

    private PlayedChannel(WebApplication app) => _app = app;

    /// <summary>Where nodes send their replies.</summary>
    public string ServiceUrl { get; private set; } = "";

    /// <summary>The texts of the replies, in the order of arrival.</summary>
    public IReadOnlyList<string> Replies => [.. _replies];

    /// <summary>Set to hold every reply before it is taken; the first reply that comes completes <see cref="Reached"/>.</summary>
    public TaskCompletionSource? Gate { get; set; }

    /// <summary>Completes when the first reply reaches the channel.</summary>
    public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<PlayedChannel> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var channel = new PlayedChannel(app);
        app.MapPost("/v3/conversations/{conversation}/activities/{activity?}", channel.TakeAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        channel.ServiceUrl = app.Urls.Single();
        return channel;
    }

    /// <summary>Waits until so many replies have come.</summary>
    public async Task<IReadOnlyList<string>> WaitForAsync(int count, TimeSpan within)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(within);
        while (_replies.Count < count)
        {
            try
            {
                await Task.Delay(10, patience.Token);
            }
            catch (OperationCanceledException late)
            {
                throw new TimeoutException($"{_replies.Count} of {count} replies came within {within}: {string.Join(" | ", _replies)}", late);
            }
        }

        return Replies;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> TakeAsync(HttpRequest request, string conversation)
    {
        using var activity = await JsonDocument.ParseAsync(request.Body);
        Reached.TrySetResult();
        if (Gate is { } gate)
        {
            await gate.Task.WaitAsync(request.HttpContext.RequestAborted);
        }

        _replies.Enqueue(activity.RootElement.GetProperty("text").GetString() ?? "");
        return Results.Json(new { id = $"{conversation}-{_replies.Count}" }, statusCode: StatusCodes.Status201Created);
    }
}
