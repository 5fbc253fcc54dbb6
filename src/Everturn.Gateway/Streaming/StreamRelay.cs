using System.Net.WebSockets;
using Everturn.Gateway.Forwarding;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Everturn.Gateway.Streaming;

/// <summary>Takes a client's stream: first a node must accept it, then the client's socket is opened and stays open.</summary>
internal sealed class StreamRelay(
    StreamConnector connector,
    CorsPolicy cors,
    IOptions<GatewayOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    GatewayMetrics metrics,
    ILogger<StreamRelay> logger)
{
    // A client that is gone without a word is noticed within both together.
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(20);
    private int _open;

    public async Task HandleAsync(HttpContext context)
    {
        var request = new StreamRequest(context);
        try
        {
            if (Interlocked.Increment(ref _open) > options.Value.MaxStreams)
            {
                await RefuseAsync(context, request, GatewayError.TooManyStreams);
                return;
            }

            metrics.Streams(1);
            try
            {
                await OpenAsync(context, request);
            }
            finally
            {
                metrics.Streams(-1);
            }
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
        }
        catch (UriFormatException)
        {
            await RefuseAsync(context, request, GatewayError.BadRequest);
        }
        catch (Exception exception)
        {
            GatewayLog.Unexpected(logger, exception, request.Id);
            await GatewayError.Unexpected.WriteAsync(context, cors);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task OpenAsync(HttpContext context, StreamRequest request)
    {
        var (node, refusal) = await connector.ConnectAsync(request, new Patience(options.Value.HoldTime, time), context.RequestAborted);
        if (node is null)
        {
            await RefuseAsync(context, request, refusal ?? GatewayError.NoNode);
            return;
        }

        WebSocket client;
        try
        {
            client = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
            {
                SubProtocol = node.Socket.SubProtocol,
                KeepAliveInterval = KeepAlive,
                KeepAliveTimeout = KeepAlive,
            });
        }
        catch
        {
            node.Dispose();
            throw;
        }

        using var session = new StreamSession(client, node, request, connector, options.Value, time);
        await session.RunAsync(context.RequestAborted, lifetime.ApplicationStopping);
        if (session.GivenUp is { } reason)
        {
            GatewayLog.StreamGivenUp(logger, reason);
        }
    }

    private async Task RefuseAsync(HttpContext context, StreamRequest request, GatewayError error)
    {
        GatewayLog.RequestRefused(logger, error, request.Id);
        await error.WriteAsync(context, cors);
    }
}
