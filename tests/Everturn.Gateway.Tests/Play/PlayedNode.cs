using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Everturn.Gateway.Tests.Play;

/// <summary>
/// Plays a node: a real server on a real port, whose answers tell who gave them, and which can be paused, drained and killed
/// on demand. It keeps the node's side of the contract, and nothing of a bot.
/// </summary>
internal sealed class PlayedNode : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly PlayedConversations _conversations;
    private readonly CancellationTokenSource _killed = new();
    private volatile TaskCompletionSource? _pause;
    private int _subscriptions;

    private PlayedNode(string name, PlayedConversations conversations)
    {
        Name = name;
        _conversations = conversations;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.UseWebSockets();
        _app.Use(async (context, next) =>
        {
            context.Response.Headers["Everturn-Node"] = AnswersAs ?? Name;
            if (_pause is { } pause)
            {
                await pause.Task.WaitAsync(context.RequestAborted);
            }

            if (_killed.IsCancellationRequested)
            {
                context.Abort();
                return;
            }

            await next(context);
        });
        _app.MapGet("/health/ready", ReadyAsync);
        _app.Map("/v3/directline/conversations/{conversation}/stream", StreamAsync);
        _app.Map("/{**path}", AnswerAsync);
    }

    public string Name { get; }

    public string Url => _app.Urls.First();

    /// <summary>Another name in the header, as a stranger on the same port would give.</summary>
    public string? AnswersAs { get; set; }

    public bool Unready { get; set; }

    public TimeSpan ProbeDelay { get; set; }

    /// <summary>Takes the place of the usual answer.</summary>
    public Func<HttpContext, Received, Task>? OnRequest { get; set; }

    /// <summary>Takes the place of a stream, before its socket is opened; true when it has answered.</summary>
    public Func<HttpContext, bool>? OnStream { get; set; }

    public ConcurrentQueue<Received> Requests { get; } = new();

    /// <summary>The queries and headers of the streams that were asked for.</summary>
    public ConcurrentQueue<(string Token, string Watermark, Received Request)> Streams { get; } = new();

    public ConcurrentDictionary<WebSocket, bool> OpenStreams { get; } = new();

    public ConcurrentQueue<string> FromClients { get; } = new();

    public static async Task<PlayedNode> StartAsync(string name, PlayedConversations? conversations = null)
    {
        var node = new PlayedNode(name, conversations ?? new PlayedConversations());
        await node._app.StartAsync();
        return node;
    }

    /// <summary>Takes connections, answers nothing: as after SIGSTOP.</summary>
    public void Pause() => _pause = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Resume() => Interlocked.Exchange(ref _pause, null)?.TrySetResult();

    /// <summary>Answers nothing from now on, and drops who asks: the first instant of <see cref="KillAsync"/>.</summary>
    public void Die() => _killed.Cancel();

    /// <summary>All connections break and nothing listens any more: as after SIGKILL.</summary>
    public async Task KillAsync()
    {
        Die();
        foreach (var socket in OpenStreams.Keys)
        {
            socket.Abort();
        }

        await _app.Services.GetRequiredService<IServer>().StopAsync(new CancellationToken(canceled: true));
    }

    public async ValueTask DisposeAsync()
    {
        Resume();
        await KillAsync();
        await _app.DisposeAsync();
        _killed.Dispose();
    }

    private async Task ReadyAsync(HttpContext context)
    {
        if (ProbeDelay > TimeSpan.Zero)
        {
            await Task.Delay(ProbeDelay, context.RequestAborted);
        }

        context.Response.StatusCode = Unready ? 503 : 200;
        await context.Response.WriteAsJsonAsync(Unready ? new { status = "unready", reason = "it drains" } : (object)new { status = "ready" });
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var received = await ReceiveAsync(context);
        Requests.Enqueue(received);
        if (OnRequest is { } answer)
        {
            await answer(context, received);
            return;
        }

        await context.Response.WriteAsJsonAsync(new { node = Name, id = received.RequestId });
    }

    private async Task<Received> ReceiveAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return new Received(
            Name, context.Request.Method, context.Request.Path.Value + context.Request.QueryString,
            context.Request.Headers["Everturn-Request-Id"].ToString(), body, headers);
    }

    private async Task StreamAsync(HttpContext context, string conversation)
    {
        var received = await ReceiveAsync(context);
        if (!context.WebSockets.IsWebSocketRequest)
        {
            Requests.Enqueue(received);
            context.Response.StatusCode = 400;
            return;
        }

        var (token, watermark) = (context.Request.Query["t"].ToString(), context.Request.Query["watermark"].ToString());
        Streams.Enqueue((token, watermark, received));
        if (OnStream?.Invoke(context) == true)
        {
            return;
        }

        context.Response.Headers["Everturn-Stream-Resume"] = $"resume-{conversation}-{Name}-{Interlocked.Increment(ref _subscriptions)}";
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        OpenStreams[socket] = true;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_killed.Token, context.RequestAborted);
        try
        {
            await Task.WhenAny(PushAsync(socket, conversation, int.TryParse(watermark, CultureInfo.InvariantCulture, out var from) ? from : 0, ended.Token), ListenAsync(socket, ended));
        }
        finally
        {
            OpenStreams.TryRemove(socket, out _);
            await ended.CancelAsync();
        }
    }

    private async Task PushAsync(WebSocket socket, string conversation, int watermark, CancellationToken ended)
    {
        while (!ended.IsCancellationRequested)
        {
            var grown = _conversations.Grown.Task;
            if (_pause is { } pause)
            {
                await pause.Task.WaitAsync(ended);
            }

            var activities = _conversations.After(conversation, watermark);
            if (activities.Count > 0)
            {
                watermark += activities.Count;
                await socket.SendAsync(
                    JsonSerializer.SerializeToUtf8Bytes(new
                    {
                        activities = activities.Select(text => new { type = "message", text, node = Name }),
                        watermark = watermark.ToString(CultureInfo.InvariantCulture),
                    }),
                    WebSocketMessageType.Text, endOfMessage: true, ended);
            }

            await grown.WaitAsync(ended);
        }
    }

    private async Task ListenAsync(WebSocket socket, CancellationTokenSource ended)
    {
        var buffer = new byte[1024];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, ended.Token);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, ended.Token);
                return;
            }

            FromClients.Enqueue(Encoding.UTF8.GetString(buffer, 0, received.Count));
        }
    }
}
