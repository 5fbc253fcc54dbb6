using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Everturn.Gateway.Tests.Play;

/// <summary>Plays a Direct Line client: one socket, never opened again, and a list of what came through it.</summary>
internal sealed class PlayedClient : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private Task _reading = Task.CompletedTask;

    public ConcurrentQueue<string> Texts { get; } = new();

    public ConcurrentQueue<string> Frames { get; } = new();

    public ClientWebSocket Socket => _socket;

    public bool IsOpen => !_reading.IsCompleted;

    /// <returns>The status that the stream was refused with; 101 when it is open.</returns>
    public async Task<HttpStatusCode> OpenAsync(string gateway, string conversation, string query = "?watermark=-&t=first-token", Action<ClientWebSocketOptions>? configure = null)
    {
        _socket.Options.CollectHttpResponseDetails = true;
        configure?.Invoke(_socket.Options);
        try
        {
            await _socket.ConnectAsync(
                new Uri($"ws{gateway[4..]}/v3/directline/conversations/{Uri.EscapeDataString(conversation)}/stream{query}"), Deadline.Token);
        }
        catch (WebSocketException)
        {
            return _socket.HttpStatusCode;
        }

        _reading = ReadAsync();
        return _socket.HttpStatusCode;
    }

    public Task SendAsync(string text) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Deadline.Token);

    public Task UntilAsync(params string[] texts) =>
        Deadline.UntilAsync(() => Texts.Count >= texts.Length, $"the client has {string.Join(' ', texts)}, not only {string.Join(' ', Texts)}");

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _reading;
        _socket.Dispose();
    }

    private async Task ReadAsync()
    {
        using var frame = new MemoryStream();
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveAsync(buffer, CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Deadline.Token);
                    return;
                }

                frame.Write(buffer, 0, received.Count);
                if (!received.EndOfMessage)
                {
                    continue;
                }

                var text = Encoding.UTF8.GetString(frame.ToArray());
                frame.SetLength(0);
                if (text.Length > 0 && text[0] == '{')
                {
                    using var set = JsonDocument.Parse(text);
                    foreach (var activity in set.RootElement.GetProperty("activities").EnumerateArray())
                    {
                        Texts.Enqueue(activity.GetProperty("text").GetString()!);
                    }
                }

                Frames.Enqueue(text);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
        }
    }
}
