using System.Net;
using Microsoft.AspNetCore.Http;

namespace Everturn.Cli.Admin;

/// <summary>
/// Keeps other people's pages away from the switches. A page of the web may make a browser call this machine, under a
/// host name of its own that it points here (DNS rebinding) or across origins (CSRF); both show in the headers.
/// </summary>
internal static class LoopbackGuard
{
    /// <summary>What is wrong with where the request comes from; null for nothing.</summary>
    public static FaultRefusal? Check(HttpRequest request)
    {
        if (!IsLoopback(request.Host.Host))
        {
            return Refuse($"host '{request.Host.Host}' is not this machine's own name for itself. Use localhost.");
        }

        foreach (var origin in request.Headers.Origin)
        {
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var page) || !IsLoopback(page.Host))
            {
                return Refuse($"origin '{origin}' is not this machine.");
            }
        }

        return request.Headers["Sec-Fetch-Site"] == "cross-site" ? Refuse("the request comes from another site's page.") : null;
    }

    /// <summary>Whether a host name can only mean this machine.</summary>
    public static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static FaultRefusal Refuse(string why) => new(StatusCodes.Status403Forbidden, ErrorCodes.ForeignOrigin, why);
}
