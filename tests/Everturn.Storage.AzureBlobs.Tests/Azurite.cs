using Everturn.Storage.Servers;

[assembly: AssemblyFixture(typeof(Everturn.Storage.AzureBlobs.Tests.Azurite))]

namespace Everturn.Storage.AzureBlobs.Tests;

/// <summary>Azurite, Microsoft's emulator of Azure Storage: one process for all tests, each with a container of its own.</summary>
public sealed class Azurite : IDisposable
{
    // The emulator's account and key are the same everywhere and known to everybody.
    public const string Account = "devstoreaccount1";
    public const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly Lazy<Task<NodeServer>> Server = new(StartAsync);

    public static async Task<Uri> BlobEndpointAsync() => new((await Server.Value).Address, "/" + Account);

    public static async Task<string> ConnectionAsync() => Connection(await BlobEndpointAsync());

    public static string Connection(Uri endpoint) =>
        $"DefaultEndpointsProtocol={endpoint.Scheme};AccountName={Account};AccountKey={Key};BlobEndpoint={endpoint.AbsoluteUri.TrimEnd('/')}";

    internal static Task<NodeServer> StartAsync() => NodeServer.StartAsync(
        "azurite-blob", "successfully listens on", "--blobHost", "127.0.0.1", "--blobPort", "0", "--inMemoryPersistence", "--silent", "--disableTelemetry");

    public void Dispose()
    {
        if (Server.IsValueCreated && Server.Value.IsCompletedSuccessfully) Server.Value.Result.Dispose();
    }
}
