using System.Net;
using Everturn.Gateway.Streaming;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Everturn.Gateway.Forwarding;

/// <summary>One try at a node: the request as the client sent it, and the answer, if it is to be passed on.</summary>
/// <param name="response">Where the answer goes.</param>
/// <param name="declines">Whether an answer with this status is kept from the client, because another try follows.</param>
internal sealed class NodeTransformer(ResponseBuffer response, Func<HttpStatusCode, bool> declines) : HttpTransformer
{
    /// <summary>Whether the node's answer was kept from the client.</summary>
    public bool Declined { get; private set; }

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        var request = httpContext.Request;

        proxyRequest.Headers.Host = request.Host.Value;
        foreach (var (name, value) in ForwardedHeaders.Of(httpContext))
        {
            proxyRequest.Headers.Remove(name);
            proxyRequest.Headers.TryAddWithoutValidation(name, value);
        }

        proxyRequest.Headers.Remove("X-Forwarded-Prefix");
        proxyRequest.Headers.Remove("Forwarded");

        // The body is here already: nothing to wait for.
        proxyRequest.Headers.Remove("Expect");
    }

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null)
        {
            return false;
        }

        if (declines(proxyResponse.StatusCode))
        {
            Declined = true;
            return false;
        }

        await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        // Opens a conversation's stream for a day: between node and gateway alone.
        httpContext.Response.Headers.Remove(StreamHeaders.Resume);
        httpContext.Response.Headers[RequestId.Header] = httpContext.Request.Headers[RequestId.Header];
        if (proxyResponse.Content.Headers.ContentType?.MediaType == "text/event-stream")
        {
            await response.PassOnAsync(cancellationToken);
        }

        return true;
    }
}
