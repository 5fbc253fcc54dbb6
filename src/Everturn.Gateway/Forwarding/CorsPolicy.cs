using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Everturn.Gateway.Forwarding;

/// <summary>
/// Lets a page read the gateway's own errors under /v3/directline; the nodes see to their answers themselves. Without this a
/// browser shows the client a failed connection where it should see a status and Retry-After.
/// </summary>
internal sealed class CorsPolicy(IOptions<GatewayOptions> options)
{
    private static readonly PathString DirectLine = new("/v3/directline");

    public void Apply(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments(DirectLine, StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Origin);
        var origins = context.Request.Headers.Origin;
        if (origins.Count == 1 && origins[0] is { } origin && IsAllowed(origin))
        {
            context.Response.Headers.AccessControlAllowOrigin = origin;
            context.Response.Headers.AccessControlExposeHeaders = "retry-after";
        }
    }

    private bool IsAllowed(string origin) =>
        options.Value.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase)
        || (Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            && uri.GetLeftPart(UriPartial.Authority).Equals(origin, StringComparison.OrdinalIgnoreCase)
            && (uri.IdnHost == "localhost" || (IPAddress.TryParse(uri.IdnHost, out var address) && IPAddress.IsLoopback(address))));
}
