using System.Buffers;
using System.Net.WebSockets;
using Everturn.DirectLine.Transcripts;

namespace Everturn.DirectLine.Streams;

/// <summary>One client's stream: everything behind its watermark, and then what comes.</summary>
/// <remarks>It keeps a position, not a queue, so a slow client costs no memory; one that takes too long over a frame is cut off.</remarks>
internal sealed class StreamConnection(
    WebSocket socket, StreamSubscription subscription, TranscriptStore transcripts, DirectLineOptions options, TimeProvider time, long watermark)
    : IDisposable
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

    // What is under way when the node stops has this long, so that a slow client does not delay the stop.
    private readonly CancellationTokenSource _cutOff = new(Timeout.InfiniteTimeSpan, time);
    private long _cursor = watermark;

    /// <summary>Runs until either side ends it; says why, for the log.</summary>
    public async Task<string> RunAsync(CancellationToken stopping)
    {
        var receiving = ReceiveAsync();
        await using var stop = stopping.Register(() =>
        {
            subscription.Complete();
            _cutOff.CancelAfter(CloseTimeout);
        });
        try
        {
            await SendAsync();
            await CloseAsync(
                stopping.IsCancellationRequested ? WebSocketCloseStatus.EndpointUnavailable : WebSocketCloseStatus.NormalClosure, receiving);
            return stopping.IsCancellationRequested ? "the node is stopping" : "the client left";
        }
        catch (OperationCanceledException)
        {
            return "the client was too slow";
        }
        catch (WebSocketException)
        {
            return "the connection was lost";
        }
        finally
        {
            socket.Abort();
            await receiving;
        }
    }

    public void Dispose() => _cutOff.Dispose();

    private async Task SendAsync()
    {
        await using var keepAlive = time.CreateTimer(
            _ => subscription.Signal(StreamSignal.KeepAlive), null, options.KeepAliveInterval, options.KeepAliveInterval);
        while (true)
        {
            if (!await CatchUpAsync())
            {
                // The store is away: what it holds comes later, and the client keeps its place.
                await Task.Delay(options.PollInterval, time);
                if (subscription.IsComplete)
                {
                    return;
                }

                continue;
            }

            if (subscription.Signals.TryRead(out var signal))
            {
                await ShowAsync(signal);
            }
            else if (!await subscription.Signals.WaitToReadAsync())
            {
                return;
            }
        }
    }

    private async ValueTask<bool> CatchUpAsync()
    {
        while (subscription.Head is var head && head.Last > _cursor)
        {
            TranscriptReading reading;
            try
            {
                reading = await transcripts.ReadAfterAsync(
                    subscription.Conversation, head, _cursor, ActivitySet.MaxCount, ActivitySet.MaxBytes, CancellationToken.None);
            }
            catch (Exception exception) when (exception is StoreUnavailableException or InvalidDataException)
            {
                return false;
            }

            // One activity a frame: the client DirectLineJS hands out the activities of a frame one by one, and mixes them
            // with those of the next frame when that comes meanwhile.
            for (var at = 0; at < reading.Shown.Count; at++)
            {
                var (place, entry) = reading.Shown[at];
                _cursor = at < reading.Shown.Count - 1 ? place : reading.Watermark;
                await SendFrameAsync(ActivitySet.Write([entry.Activity], _cursor));
            }

            _cursor = reading.Watermark;
        }

        return true;
    }

    private async ValueTask ShowAsync(StreamSignal signal)
    {
        if (signal.IsKeepAlive)
        {
            await SendFrameAsync(default);
        }
        else if (!signal.Ephemeral.IsEmpty && signal.After >= _cursor)
        {
            await SendFrameAsync(ActivitySet.Write([signal.Ephemeral], _cursor));
        }
    }

    private async ValueTask SendFrameAsync(ReadOnlyMemory<byte> frame)
    {
        using var timeout = new CancellationTokenSource(options.SendTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _cutOff.Token);
        await socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, either.Token);
    }

    // Clients send empty frames to show that they are there. Whatever they send is read and dropped.
    private async Task ReceiveAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(1024);
        try
        {
            while ((await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Lost: the same as closed.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            subscription.Complete();
        }
    }

    private async ValueTask CloseAsync(WebSocketCloseStatus status, Task receiving)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
        {
            return;
        }

        using var timeout = new CancellationTokenSource(CloseTimeout, time);
        await socket.CloseOutputAsync(status, null, timeout.Token);
        await receiving.WaitAsync(CloseTimeout, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
