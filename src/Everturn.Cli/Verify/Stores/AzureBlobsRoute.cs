using System.Net;

namespace Everturn.Cli.Verify.Stores;

/// <summary>Azure Blob Storage: <c>BlobEndpoint=http://HOST:PORT/ACCOUNT;...</c>, or the emulator's <c>UseDevelopmentStorage=true</c>.</summary>
internal static class AzureBlobsRoute
{
    private const string Endpoint = "BlobEndpoint";
    private const string Emulator = "UseDevelopmentStorage";

    // Azurite's account and key are the same everywhere and protect nothing:
    // https://learn.microsoft.com/azure/storage/common/storage-connect-azurite
    private const string EmulatorAccount =
        "AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;"
        + Endpoint + "=http://127.0.0.1:10000/devstoreaccount1";

    public static StoreRoute Of(string connection)
    {
        if (connection.StartsWith("http", StringComparison.OrdinalIgnoreCase))
        {
            var account = StoreRoute.Url("the URL", connection);
            return new([Target(account)], addresses => StoreRoute.At(account, addresses[0]));
        }

        var parts = new ConnectionParts(connection);
        if (bool.TryParse(parts[Emulator], out var isEmulator) && isEmulator)
        {
            var rest = parts.Without(Emulator);
            return Of(rest.Length == 0 ? EmulatorAccount : $"{EmulatorAccount};{rest}");
        }

        if (parts[Endpoint] is not { } endpoint)
        {
            throw StoreRoute.Refused($"the Azure Blob Storage connection has no {Endpoint}: the service itself is reached over https, which a proxy cannot stand in for.");
        }

        var url = StoreRoute.Url(Endpoint, endpoint);
        return new([Target(url)], addresses => parts.With((Endpoint, StoreRoute.At(url, addresses[0]))));
    }

    private static DnsEndPoint Target(Uri url) => new(url.DnsSafeHost, url.Port);
}
