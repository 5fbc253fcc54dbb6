using System.Net;
using Everturn.Gateway.Forwarding;
using Everturn.Gateway.Topology;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Everturn.Gateway.Streaming;

/// <summary>Finds the node for a stream and connects to it, waiting for one while there is none.</summary>
internal sealed class StreamConnector(
    GatewayTopology topology,
    NodeClient client,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    GatewayMetrics metrics,
    ILogger<StreamConnector> logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <returns>The node's socket; or the answer of a node that refuses the stream for good; or neither when patience is over.</returns>
    /// <exception cref="OperationCanceledException">The client is gone, or the gateway stops.</exception>
    public async Task<(NodeSocket? Socket, GatewayError? Refusal)> ConnectAsync(
        StreamRequest request, Patience patience, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        var avoid = new HashSet<NodeRun>();
        var pause = FirstPause;
        while (!patience.IsOver)
        {
            var changed = topology.Changed;
            if (topology.Choose(request.Key, avoid) is not { } node)
            {
                await Task.WhenAny(changed.WaitAsync(stop.Token), Task.Delay(patience.Left, time, stop.Token));
                stop.Token.ThrowIfCancellationRequested();
                continue;
            }

            var (socket, status, sent) = await NodeSocket.ConnectAsync(node, request, client, time, stop.Token);
            if (socket is not null)
            {
                return (socket, null);
            }

            // Too many requests and a timeout pass; every other refusal of the client's doing stays what it is.
            if (status is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError
                and not HttpStatusCode.TooManyRequests and not HttpStatusCode.RequestTimeout)
            {
                return (null, GatewayError.StreamRefused((int)status));
            }

            if (!sent)
            {
                topology.ReportRefused(node);
            }
            else if (status is null)
            {
                topology.ReportBroken(node);
            }

            avoid.Add(node);
            await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), time, stop.Token);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }

        return (null, null);
    }

    /// <summary>As <see cref="ConnectAsync"/>, for a stream whose node was lost or is left.</summary>
    public async Task<(NodeSocket? Socket, GatewayError? Refusal)> ReconnectAsync(
        StreamRequest request, NodeRun former, bool broken, Patience patience, CancellationToken cancellationToken)
    {
        if (broken)
        {
            topology.ReportBroken(former);
            // Not all streams of a dead node in the same instant, and late enough that its death is known.
            await Task.Delay(TimeSpan.FromMilliseconds(20 + Random.Shared.Next(80)), time, cancellationToken);
        }

        var result = await ConnectAsync(request, patience, cancellationToken);
        if (result.Socket is { } socket)
        {
            metrics.StreamMoved();
            GatewayLog.StreamMoved(logger, former.Name, socket.Node.Name);
        }

        return result;
    }

    /// <summary>Completes when the stream should leave its node because requests of its conversation go to another one.</summary>
    public async Task WaitForBetterNodeAsync(StreamRequest request, NodeRun current, CancellationToken cancellationToken)
    {
        for (var changed = topology.Changed; ;)
        {
            await changed.WaitAsync(cancellationToken);
            changed = topology.Changed;
            if (IsElsewhere())
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(500)), time, cancellationToken);
                if (IsElsewhere())
                {
                    return;
                }
            }
        }

        bool IsElsewhere() => topology.Choose(request.Key, []) is { } node && node != current;
    }
}
