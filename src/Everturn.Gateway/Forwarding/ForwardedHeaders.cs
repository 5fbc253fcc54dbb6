using Microsoft.AspNetCore.Http;

namespace Everturn.Gateway.Forwarding;

/// <summary>What the nodes are told of the client's own request.</summary>
internal static class ForwardedHeaders
{
    /// <summary>
    /// Host and scheme as the client used them, since nodes build the URLs of streams from these: a client's own values are
    /// replaced. Addresses are added to those that came along: a node that trusts only this machine must see every one.
    /// </summary>
    public static IEnumerable<(string Name, string Value)> Of(HttpContext context)
    {
        var request = context.Request;
        if (request.Host.Value is { Length: > 0 } host)
        {
            yield return ("X-Forwarded-Host", host);
        }

        yield return ("X-Forwarded-Proto", request.Scheme);
        var address = context.Connection.RemoteIpAddress;
        var peer = address?.IsIPv4MappedToIPv6 == true ? address.MapToIPv4() : address;
        yield return ("X-Forwarded-For", string.Join(", ", request.Headers["X-Forwarded-For"].Append(peer?.ToString() ?? "unknown")));
    }
}
