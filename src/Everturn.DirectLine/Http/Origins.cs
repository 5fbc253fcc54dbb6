using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Everturn.DirectLine.Http;

/// <summary>Which pages may use the channel from a browser (cross-origin resource sharing).</summary>
internal sealed class Origins(IOptions<DirectLineOptions> options)
{
    private const string Methods = "GET, POST";

    // By name: a wildcard does not cover Authorization.
    private const string RequestHeaders = "authorization, content-type, x-ms-bot-agent, x-requested-with, everturn-request-id";
    private const string ResponseHeaders = "retry-after, everturn-node";

    public static bool IsLoopbackHost(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    public bool IsAllowed(string origin) =>
        options.Value.AllowedOrigins.Any(allowed => allowed == "*" || string.Equals(allowed, origin, StringComparison.OrdinalIgnoreCase))
        || (Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            && IsLoopbackHost(uri.Host));

    /// <summary>Adds the headers that let an allowed page read the answer, errors included.</summary>
    public void AddHeaders(HttpContext http)
    {
        var origin = http.Request.Headers.Origin.ToString();
        http.Response.Headers.Append("Vary", "Origin");
        if (origin.Length == 0 || !IsAllowed(origin))
        {
            return;
        }

        var headers = http.Response.Headers;
        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlExposeHeaders = ResponseHeaders;
        // The client asks for its session id with credentials and for nothing else; no cookie is ever read here.
        headers.AccessControlAllowCredentials = "true";
        if (HttpMethods.IsOptions(http.Request.Method))
        {
            headers.AccessControlAllowMethods = Methods;
            headers.AccessControlAllowHeaders = RequestHeaders;
            headers.AccessControlMaxAge = "600";
        }
    }
}
