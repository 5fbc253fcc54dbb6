using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Everturn.AspNetCore.Node;

/// <summary>
/// What a node without credentials may do: it listens, answers and calls on this machine alone. Otherwise strangers
/// could speak to the bot, and through service URLs of their choice to whatever the machine can reach.
/// </summary>
internal sealed class LoopbackRule(IOptions<EverturnHostOptions> options)
{
    private readonly bool _allowRemote = options.Value.AllowAnonymousRemoteClients;

    /// <summary>Whether the node may listen on an address as the server states it.</summary>
    public bool MayListenOn(string address)
    {
        var binding = BindingAddress.Parse(address);
        return _allowRemote || binding.IsUnixPipe || binding.IsNamedPipe || IsLoopback(binding.Host);
    }

    /// <summary>
    /// Whether a request may be served. The host name counts as well as the sender: a page whose name was pointed at this
    /// machine, and a tunnel from the internet, both come from loopback under a foreign name.
    /// </summary>
    public bool MayServe(HttpContext context) =>
        _allowRemote
        || (context.Connection.RemoteIpAddress is not { } remote || IPAddress.IsLoopback(remote))
        && (!context.Request.Host.HasValue || IsLoopback(context.Request.Host.Host));

    /// <summary>Whether a URL leads to this machine.</summary>
    public static bool LeadsHere(Uri url) => IsLoopback(url.IdnHost);

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
