using System.Net.WebSockets;
using Everturn.Gateway.Forwarding;

namespace Everturn.Gateway.Streaming;

/// <summary>
/// A client's open stream. Frames of the node are passed on whole, each once; when the node is lost, another is asked for
/// what follows the watermark of the last frame that was passed on, and the client notices nothing.
/// </summary>
internal sealed class StreamSession(
    WebSocket client, NodeSocket node, StreamRequest request, StreamConnector connector, GatewayOptions options, TimeProvider time)
    : IDisposable
{
    // Direct Line clients send empty frames alone; what else they may send one day is small.
    private const int MaxClientMessage = 64 * 1024;
    private const int MaxFruitlessNodes = 5;
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SlowestClient = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(5);

    private static readonly (WebSocketCloseStatus, string?) Stops = (WebSocketCloseStatus.EndpointUnavailable, "the gateway stops");

    private volatile NodeSocket _node = node;

    private enum End
    {
        /// <summary>The node closed the stream for a reason that is the client's.</summary>
        Closed,

        /// <summary>The node is lost.</summary>
        Broken,

        /// <summary>The node is well; another is better.</summary>
        Left,

        /// <summary>A frame is larger than the limit.</summary>
        TooLarge,
    }

    /// <summary>Why the client's socket was closed by the gateway itself, for the log.</summary>
    public string? GivenUp { get; private set; }

    public async Task RunAsync(CancellationToken aborted, CancellationToken stopping)
    {
        using var session = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        var fromClient = ReadClientAsync(session.Token);
        var fromNode = ReadNodesAsync(stopping, session.Token);
        try
        {
            if (await Task.WhenAny(fromClient, fromNode) == fromNode)
            {
                var (status, reason) = await fromNode;
                await client.CloseOutputAsync(status, reason, session.Token).WaitAsync(Farewell, time, CancellationToken.None);
                await fromClient.WaitAsync(Farewell, time, CancellationToken.None);
            }
            else
            {
                await _node.CloseAsync(session.Token).WaitAsync(Farewell, time, CancellationToken.None);
                var status = client.State switch
                {
                    WebSocketState.CloseReceived => WebSocketCloseStatus.NormalClosure,
                    WebSocketState.Open => WebSocketCloseStatus.MessageTooBig,
                    _ => (WebSocketCloseStatus?)null,
                };
                if (status is { } farewell)
                {
                    await client.CloseOutputAsync(farewell, null, session.Token).WaitAsync(Farewell, time, CancellationToken.None);
                }

                if (_node.Socket.State == WebSocketState.CloseSent)
                {
                    await fromNode.WaitAsync(Farewell, time, CancellationToken.None);
                }
            }
        }
        catch (Exception exception) when (IsEndOfSocket(exception) || exception is TimeoutException)
        {
            // The other side is gone already.
        }
        finally
        {
            await session.CancelAsync();
            await Task.WhenAll(fromClient, fromNode).ContinueWith(
                ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    public void Dispose()
    {
        _node.Dispose();
        client.Dispose();
    }

    private static bool IsEndOfSocket(Exception exception) =>
        exception is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException;

    private async Task ReadClientAsync(CancellationToken ended)
    {
        using var reader = new MessageReader(MaxClientMessage);
        while (true)
        {
            var type = await reader.ReadAsync(client, ended);
            if (type is null or WebSocketMessageType.Close)
            {
                return;
            }

            try
            {
                // An empty frame keeps the client's side alive, which ends here.
                if (!reader.Message.IsEmpty && _node.Socket is { State: WebSocketState.Open } socket)
                {
                    await socket.SendAsync(reader.Message, type.Value, endOfMessage: true, ended);
                }
            }
            catch (Exception exception) when (IsEndOfSocket(exception) && !ended.IsCancellationRequested)
            {
                // Its node is just being replaced.
            }
        }
    }

    /// <returns>How the client's socket is to be closed.</returns>
    private async Task<(WebSocketCloseStatus Status, string? Reason)> ReadNodesAsync(CancellationToken stopping, CancellationToken ended)
    {
        for (var fruitless = 0; ;)
        {
            var since = time.GetTimestamp();
            var (end, frames) = await ReadNodeAsync(_node, stopping, ended);
            if (stopping.IsCancellationRequested)
            {
                return Stops;
            }

            if (end == End.Closed)
            {
                return (_node.Socket.CloseStatus!.Value, _node.Socket.CloseStatusDescription);
            }

            if (end == End.TooLarge)
            {
                GivenUp = "a frame is larger than the limit";
                return (WebSocketCloseStatus.MessageTooBig, null);
            }

            // A stream that breaks every node it is given must not go round for ever.
            fruitless = frames > 0 || end == End.Left || time.GetElapsedTime(since) > Steady ? 0 : fruitless + 1;
            if (fruitless == MaxFruitlessNodes)
            {
                GivenUp = "each of its nodes broke it off at once";
                return (WebSocketCloseStatus.EndpointUnavailable, null);
            }

            var former = _node;
            former.Dispose();
            var patience = new Patience(options.StreamReconnectTime, time);
            NodeSocket? next;
            GatewayError? refusal;
            try
            {
                (next, refusal) = await connector.ReconnectAsync(request, former.Node, end == End.Broken, patience, ended);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested && !ended.IsCancellationRequested)
            {
                return Stops;
            }

            if (next is null)
            {
                GivenUp = refusal is null ? "no node took it over in time" : $"node answered {refusal.Status} when it was asked again";
                return (WebSocketCloseStatus.EndpointUnavailable, null);
            }

            _node = next;
            if (ended.IsCancellationRequested)
            {
                return (WebSocketCloseStatus.EndpointUnavailable, null);
            }
        }
    }

    private async Task<(End End, int Frames)> ReadNodeAsync(NodeSocket from, CancellationToken stopping, CancellationToken ended)
    {
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(ended, stopping, from.Node.Lost);
        var leaving = LeaveForBetterNodeAsync(from, leave);
        var frames = 0;
        try
        {
            using var reader = new MessageReader(options.MaxFrameBytes);
            while (true)
            {
                WebSocketMessageType? type;
                try
                {
                    type = await reader.ReadAsync(from.Socket, leave.Token);
                }
                catch (Exception exception) when (IsEndOfSocket(exception) && !ended.IsCancellationRequested)
                {
                    return (leave.IsCancellationRequested && !from.Node.Lost.IsCancellationRequested ? End.Left : End.Broken, frames);
                }

                if (type is null)
                {
                    return (End.TooLarge, frames);
                }

                if (type == WebSocketMessageType.Close)
                {
                    return (EndsTheStream(from.Socket.CloseStatus) ? End.Closed : End.Broken, frames);
                }

                // Sent whole or not at all, whatever becomes of the node meanwhile; only then does the watermark move.
                using (var timeout = new CancellationTokenSource(SlowestClient, time))
                using (var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ended))
                {
                    await client.SendAsync(reader.Message, type.Value, endOfMessage: true, either.Token);
                }

                frames++;
                if (type == WebSocketMessageType.Text && ActivitySetFrame.ReadWatermark(reader.Message.Span) is { } watermark)
                {
                    request.Watermark = watermark;
                }
            }
        }
        finally
        {
            await leave.CancelAsync();
            await leaving;
        }
    }

    private async Task LeaveForBetterNodeAsync(NodeSocket from, CancellationTokenSource leave)
    {
        try
        {
            await connector.WaitForBetterNodeAsync(request, from.Node, leave.Token);
            await leave.CancelAsync();
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>A node that goes away or fails says so by these; all else (a normal end, a collision, a policy) concerns the client.</summary>
    private static bool EndsTheStream(WebSocketCloseStatus? status) =>
        status is not (null or WebSocketCloseStatus.Empty or WebSocketCloseStatus.EndpointUnavailable
            or WebSocketCloseStatus.InternalServerError or (WebSocketCloseStatus)1012 or (WebSocketCloseStatus)1013);
}
