using System.Net;
using System.Security.Authentication;
using Everturn.Gateway.Affinity;
using Everturn.Gateway.Topology;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;

namespace Everturn.Gateway.Forwarding;

/// <summary>Brings a request to a node and the answer back, over as many nodes as the rules allow (docs/gateway.md).</summary>
internal sealed class RequestForwarder(
    GatewayTopology topology,
    IHttpForwarder forwarder,
    NodeClient client,
    HeldRequests held,
    ByteBudget budget,
    CorsPolicy cors,
    IOptions<GatewayOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    GatewayMetrics metrics,
    ILogger<RequestForwarder> logger)
{
    // A message that kills its node must not kill them all. A read is sent more often: a polling client stops at one failure.
    private const int NodesPerWrite = 2;
    private const int NodesPerRead = 4;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private readonly ForwarderRequestConfig _config = new()
    {
        ActivityTimeout = options.Value.RequestTimeout,
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    public async Task HandleAsync(HttpContext context)
    {
        var id = RequestId.Stamp(context);
        GatewayError? error;
        try
        {
            using var body = new BudgetedBuffer(budget);
            error = await RequestBody.ReadAsync(context, Limit(context.Request), body) ?? await ForwardAsync(context, body, id);
        }
        catch (Exception exception) when (context.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or IOException)
        {
            return;
        }
        catch (Exception exception)
        {
            GatewayLog.Unexpected(logger, exception, id);
            error = GatewayError.Unexpected;
        }

        if (error is not null && !context.RequestAborted.IsCancellationRequested)
        {
            GatewayLog.RequestRefused(logger, error, id);
            await error.WriteAsync(context, cors);
        }
    }

    private int Limit(HttpRequest request) =>
        request.Path.Value!.EndsWith("/upload", StringComparison.OrdinalIgnoreCase) ? options.Value.MaxUploadBytes : options.Value.MaxActivityBytes;

    /// <returns>What to answer when no node's answer was passed on.</returns>
    private async Task<GatewayError?> ForwardAsync(HttpContext context, BudgetedBuffer body, string id)
    {
        var reads = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || HttpMethods.IsOptions(context.Request.Method);
        var key = ConversationKey.Of(context.Request, body.Written.Span) ?? id;
        var avoid = new HashSet<NodeRun>();
        var patience = new Patience(options.Value.HoldTime, time);
        var pause = FirstPause;
        long? lostAt = null;
        var anySilent = false;
        for (var chances = reads ? NodesPerRead : NodesPerWrite; ;)
        {
            var changed = topology.Changed;
            if (topology.Choose(key, avoid) is not { } node)
            {
                if (await HoldAsync(context, changed, patience, counts: true) is { } refusal)
                {
                    return refusal;
                }

                continue;
            }

            if (lostAt is { } since && !await IsConfirmedAsync(context, node, since, patience))
            {
                if (patience.IsOver)
                {
                    return GatewayError.NoNode;
                }

                continue;
            }

            switch (await TryAsync(context, node, body, reads, last: chances == 1, patience))
            {
                case Outcome.Done:
                    return null;
                case Outcome.NotSent:
                    topology.ReportRefused(node);
                    break;
                case Outcome.Declined:
                    break;
                case Outcome.Lost:
                    topology.ReportBroken(node);
                    GatewayLog.RequestLost(logger, node.Name, id, context.Features.Get<IForwarderErrorFeature>()?.Exception?.Message ?? "no answer");
                    anySilent |= !node.Dead.IsCancellationRequested && node.Lost.IsCancellationRequested;
                    if (--chances == 0)
                    {
                        // Two nodes that died on it: it may kill a third. A node that was only silent says nothing against it.
                        return anySilent ? GatewayError.NoNode : GatewayError.LostTwice;
                    }

                    metrics.Repeated();
                    lostAt = time.GetTimestamp();
                    // The client still waits for what was under way: that takes its own time.
                    patience.Renew();
                    break;
                case Outcome.TimedOut:
                    return GatewayError.TimedOut;
                default:
                    return GatewayError.BadRequest;
            }

            avoid.Add(node);
            if (patience.IsOver)
            {
                return GatewayError.NoNode;
            }

            // Long enough for the news of a whole region's end, short enough for a person not to notice. The first pause is
            // everybody's right: when a node dies, all that was in flight to it comes here at once.
            var until = Task.Delay(pause, time, context.RequestAborted);
            if (await HoldAsync(context, until, patience, counts: pause > FirstPause) is { } tooMany)
            {
                return tooMany;
            }

            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <returns>False when another node must be chosen, or patience is over.</returns>
    private async Task<bool> IsConfirmedAsync(HttpContext context, NodeRun node, long since, Patience patience)
    {
        try
        {
            return await topology.ConfirmAsync(node, since, context.RequestAborted).WaitAsync(patience.Left, time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task<GatewayError?> HoldAsync(HttpContext context, Task until, Patience patience, bool counts)
    {
        if (counts && !held.TryEnter())
        {
            return GatewayError.TooBusy;
        }

        metrics.Held(1);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await until.WaitAsync(patience.Left, time, stop.Token);
            return null;
        }
        catch (TimeoutException)
        {
            return GatewayError.NoNode;
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return GatewayError.NoNode;
        }
        finally
        {
            if (counts)
            {
                held.Leave();
            }

            metrics.Held(-1);
        }
    }

    private async Task<Outcome> TryAsync(HttpContext context, NodeRun node, BudgetedBuffer body, bool reads, bool last, Patience patience)
    {
        var (request, response) = (context.Request, context.Response);
        var (requestBody, responseBody) = (request.Body, response.Body);
        var headers = response.Headers.ToArray();
        await using var answer = new ResponseBuffer(responseBody, budget);
        var transformer = new NodeTransformer(answer, status => !patience.IsOver && status switch
        {
            HttpStatusCode.ServiceUnavailable => true,
            HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout => reads,
            _ => false,
        });

        // At the last chance silence is waited for: the node may come back, and there is no other way to an answer.
        var given = last ? node.Dead : node.Lost;
        if (given.IsCancellationRequested)
        {
            return Outcome.NotSent;
        }

        ForwarderError error;
        try
        {
            request.Body = body.OpenRead();
            response.Body = answer;
            error = await forwarder.SendAsync(context, node.Url, client.Invoker, _config, transformer, given);
        }
        finally
        {
            request.Body = requestBody;
            response.Body = responseBody;
        }

        if (error == ForwarderError.None && !transformer.Declined)
        {
            await answer.PassOnAsync(context.RequestAborted);
            return Outcome.Done;
        }

        if (response.HasStarted || context.RequestAborted.IsCancellationRequested)
        {
            return Outcome.Done;
        }

        response.Clear();
        foreach (var (name, value) in headers)
        {
            response.Headers[name] = value;
        }

        return transformer.Declined ? Outcome.Declined
            : error == ForwarderError.RequestCreation ? Outcome.Malformed
            : given.IsCancellationRequested ? Outcome.Lost
            : error == ForwarderError.RequestTimedOut ? Outcome.TimedOut
            : NeverSent(context.Features.Get<IForwarderErrorFeature>()?.Exception) ? Outcome.NotSent
            : Outcome.Lost;
    }

    private static bool NeverSent(Exception? exception) => exception switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } => true,
        AuthenticationException => true,
        AggregateException aggregate => aggregate.InnerExceptions.Any(NeverSent),
        _ => false,
    };
}
