using System.Net;

namespace Everturn.Cli.Verify.Stores;

/// <summary>Azure Cosmos DB: <c>AccountEndpoint=http://HOST:PORT/;AccountKey=...</c>.</summary>
internal static class CosmosRoute
{
    private const string Endpoint = "AccountEndpoint";

    public static StoreRoute Of(string connection)
    {
        var parts = new ConnectionParts(connection);
        var url = StoreRoute.Url(Endpoint, parts[Endpoint] ?? throw StoreRoute.Refused($"the Cosmos DB connection has no {Endpoint}."));
        return new([new DnsEndPoint(url.DnsSafeHost, url.Port)], addresses => parts.With((Endpoint, StoreRoute.At(url, addresses[0]))));
    }
}
