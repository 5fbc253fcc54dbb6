using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Everturn.DirectLine.Tests.Running;

/// <summary>A client's end of a stream.</summary>
internal sealed class TestStream : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();

    public ClientWebSocket Socket => _socket;

    public string Watermark { get; private set; } = "";

    public static async Task<TestStream> OpenAsync(string url, params (string Name, string Value)[] headers)
    {
        var stream = new TestStream();
        stream._socket.Options.CollectHttpResponseDetails = true;
        foreach (var (name, value) in headers)
        {
            stream._socket.Options.SetRequestHeader(name, value);
        }

        using var timeout = new CancellationTokenSource(Patience.Limit);
        await stream._socket.ConnectAsync(new Uri(url), timeout.Token);
        return stream;
    }

    public string? Header(string name) => _socket.HttpResponseHeaders?.TryGetValue(name, out var values) == true ? values.Single() : null;

    /// <summary>The next frame as text; empty for a keep-alive, null when the server closed.</summary>
    public async Task<string?> FrameAsync()
    {
        using var timeout = new CancellationTokenSource(Patience.Limit);
        using var frame = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var received = await _socket.ReceiveAsync(buffer.AsMemory(), timeout.Token);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            Assert.Equal(WebSocketMessageType.Text, received.MessageType);
            frame.Write(buffer.AsSpan(0, received.Count));
            if (received.EndOfMessage)
            {
                return Encoding.UTF8.GetString(frame.ToArray());
            }
        }
    }

    /// <summary>Activities as they come, at least this many.</summary>
    public async Task<List<JsonElement>> TakeAsync(int count)
    {
        var activities = new List<JsonElement>();
        var deadline = DateTime.UtcNow + Patience.Limit;
        while (activities.Count < count)
        {
            Assert.True(DateTime.UtcNow < deadline, $"Only {activities.Count} of {count} activities came.");
            var frame = await FrameAsync();
            Assert.NotNull(frame);
            if (frame.Length == 0)
            {
                continue;
            }

            using var document = JsonDocument.Parse(frame);
            activities.AddRange(document.RootElement.GetProperty("activities").EnumerateArray().Select(activity => activity.Clone()));
            Watermark = document.RootElement.GetProperty("watermark").GetString()!;
        }

        return activities;
    }

    public async Task<string[]> TextsAsync(int count) => [.. (await TakeAsync(count)).Select(TestConversation.Text)];

    public Task SendAsync(string text) => _socket.SendAsync(
        Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return default;
    }
}
