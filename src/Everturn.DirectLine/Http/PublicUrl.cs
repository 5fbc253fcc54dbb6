using System.Net;
using Microsoft.AspNetCore.Http;

namespace Everturn.DirectLine.Http;

/// <summary>The node as its clients see it: URLs in answers must lead back through the gateway that they came by.</summary>
internal static class PublicUrl
{
    /// <summary>The base URL of this channel, for instance <c>http://localhost:3978/v3/directline</c>.</summary>
    public static string Base(HttpContext http, bool webSocket = false)
    {
        var isSecure = Scheme(http) is "https" or "wss";
        var scheme = (webSocket, isSecure) switch
        {
            (true, true) => "wss",
            (true, false) => "ws",
            (false, true) => "https",
            _ => "http",
        };
        return $"{scheme}://{Host(http).ToUriComponent()}{http.Request.PathBase.ToUriComponent()}{DirectLineEndpointExtensions.BasePath}";
    }

    /// <summary>The host that the client asked for.</summary>
    public static HostString Host(HttpContext http)
    {
        var forwarded = Forwarded(http, "X-Forwarded-Host");
        return forwarded is not null && Uri.TryCreate($"http://{forwarded}/", UriKind.Absolute, out var uri) && uri.PathAndQuery == "/" && uri.UserInfo.Length == 0
            ? HostString.FromUriComponent(uri.Authority)
            : http.Request.Host;
    }

    private static string Scheme(HttpContext http) => Forwarded(http, "X-Forwarded-Proto")?.ToLowerInvariant() ?? http.Request.Scheme;

    // Only a proxy on this machine is believed; others are configured with ASP.NET's own forwarded-headers middleware.
    private static string? Forwarded(HttpContext http, string header) =>
        http.Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer)
        && http.Request.Headers[header].ToString().Split(',')[0].Trim() is { Length: > 0 } value
            ? value
            : null;
}
