using System.Net;
using Everturn.Cli.Storage;

namespace Everturn.Cli.Verify.Stores;

/// <summary>The way to a networked store, as its connection names it, and how to lead it elsewhere.</summary>
/// <param name="Targets">The servers that it names, in their order.</param>
/// <param name="Lead">Makes the same connection over other addresses, one for each server.</param>
internal sealed record StoreRoute(IReadOnlyList<EndPoint> Targets, Func<IReadOnlyList<IPEndPoint>, string> Lead)
{
    private static readonly Dictionary<string, Func<string, StoreRoute>> Schemes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["postgres"] = PostgresRoute.Of,
        ["azureblobs"] = AzureBlobsRoute.Of,
        ["cosmos"] = CosmosRoute.Of,
    };

    /// <param name="store"><c>scheme:connection</c>.</param>
    /// <exception cref="CliException">The connection cannot be led through a proxy.</exception>
    public static StoreRoute Of(string store)
    {
        var scheme = store.Split(':')[0];
        if (!Schemes.TryGetValue(scheme, out var find))
        {
            throw Refused($"verify knows no way to break the network of the store{StoreName.Quoted(store)}. Known: {string.Join(", ", Schemes.Keys)}.");
        }

        var route = find(store[(scheme.Length + 1)..]);
        return route with { Lead = addresses => $"{scheme}:{route.Lead(addresses)}" };
    }

    /// <summary>The only error of this folder: what was asked for cannot be done to this store.</summary>
    public static CliException Refused(string reason) =>
        new(ErrorCodes.StoreNotOnTheWay, $"{reason} Leave the store's faults out of --faults, or name another store.", ExitCodes.Usage);

    /// <summary>The server of an http URL.</summary>
    /// <param name="part">The part of the connection that holds it.</param>
    /// <param name="value">The URL.</param>
    public static Uri Url(string part, string value)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw Refused($"{part} of the store's connection is no http URL.");
        }

        return url.Scheme == "http"
            ? url
            : throw Refused($"{part} of the store's connection is https, whose certificate does not fit a proxy on 127.0.0.1; only http can be broken.");
    }

    /// <summary>The same URL at another address.</summary>
    public static string At(Uri url, IPEndPoint address) => new UriBuilder(url) { Host = address.Address.ToString(), Port = address.Port }.Uri.AbsoluteUri;
}
