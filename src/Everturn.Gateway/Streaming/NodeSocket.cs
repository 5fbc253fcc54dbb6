using System.Net;
using System.Net.WebSockets;
using Everturn.Gateway.Forwarding;
using Everturn.Gateway.Topology;

namespace Everturn.Gateway.Streaming;

/// <summary>The node's side of a stream.</summary>
internal sealed class NodeSocket : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(10);

    private NodeSocket(NodeRun node, ClientWebSocket socket) => (Node, Socket) = (node, socket);

    public NodeRun Node { get; }

    public ClientWebSocket Socket { get; }

    /// <summary>Asks a node for the stream; on success the request keeps the token for asking again.</summary>
    /// <returns>The socket, or the status that the node refused it with, or neither when the node was not reached.</returns>
    public static async Task<(NodeSocket? Socket, HttpStatusCode? Refusal, bool Sent)> ConnectAsync(
        NodeRun node, StreamRequest request, NodeClient client, TimeProvider time, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.CollectHttpResponseDetails = true;
            (socket.Options.KeepAliveInterval, socket.Options.KeepAliveTimeout) = (KeepAlive, KeepAlive);
            request.ApplyTo(socket.Options);
            using var timeout = new CancellationTokenSource(Patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, node.Lost, cancellationToken);
            await socket.ConnectAsync(request.AddressAt(node.Url), client.Invoker, either.Token);
            if (socket.HttpResponseHeaders?.TryGetValue(StreamHeaders.Resume, out var tokens) == true)
            {
                request.ResumeToken = tokens.First();
            }

            socket.HttpResponseHeaders = null;
            return (new NodeSocket(node, socket), null, Sent: true);
        }
        catch (Exception exception) when (exception is WebSocketException or HttpRequestException or OperationCanceledException)
        {
            var status = socket.HttpStatusCode;
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            var refused = exception.InnerException is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError };
            return (null, Enum.IsDefined(status) ? status : null, Sent: !refused);
        }
    }

    /// <summary>Says goodbye without waiting for an answer.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Socket.State == WebSocketState.Open)
            {
                await Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    public void Dispose() => Socket.Dispose();
}
