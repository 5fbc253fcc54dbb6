using Everturn.Storage.Servers;
using Microsoft.Azure.Cosmos;

[assembly: AssemblyFixture(typeof(Everturn.Storage.CosmosDb.Tests.CosmosDbServer))]

namespace Everturn.Storage.CosmosDb.Tests;

/// <summary>The emulation of Cosmos DB's REST interface: one process for all tests, each with a container of its own.</summary>
public sealed class CosmosDbServer : IDisposable
{
    private static readonly Lazy<Task<NodeServer>> Server = new(
        () => NodeServer.StartAsync("cosmosdb-server", "connections at", "--no-ssl", "--host", "127.0.0.1", "--port", "0"));

    // The emulation takes any key.
    private static readonly string Key = Convert.ToBase64String(new byte[64]);

    public void Dispose()
    {
        if (Server.IsValueCreated && Server.Value.IsCompletedSuccessfully) Server.Value.Result.Dispose();
    }

    internal static async Task<Uri> AddressAsync() => (await Server.Value).Address;

    internal static string Connection(Uri address) => $"AccountEndpoint={address};AccountKey={Key}";

    /// <summary>The wire to the emulation, with what bridges its gaps at the far end.</summary>
    internal static async Task<Wire> WireAsync() => new(new ServerGaps(await AddressAsync()) { InnerHandler = new SocketsHttpHandler() });

    /// <summary>Settings for the emulation and a container of the caller's own.</summary>
    /// <remarks>All in one database: the emulation's 63rd has a slash in its resource id, and is not found by it.</remarks>
    internal static async Task<CosmosDbStoreOptions> OptionsAsync(string? container = null, Wire? wire = null)
    {
        var own = wire ?? await WireAsync();
        return new CosmosDbStoreOptions
        {
            Connection = Connection(await AddressAsync()),
            Database = "tests",
            Container = container ?? "test-" + Guid.NewGuid().ToString("N"),
            ConfigureClient = client => Configure(client, own),
        };
    }

    internal static void Configure(CosmosClientOptions client, HttpMessageHandler handler)
    {
        client.ConnectionMode = ConnectionMode.Gateway;
        // The emulation says https://127.0.0.1 of itself, and listens without.
        client.LimitToEndpoint = true;
        client.HttpClientFactory = () => new HttpClient(handler, disposeHandler: false);
    }

    internal static async Task<CosmosDbStore> OpenAsync(Wire? wire = null)
    {
        var store = new CosmosDbStore(await OptionsAsync(wire: wire));
        await store.OpenAsync();
        // The client learns the container's partitions at its first item.
        await store.LoadAsync("warm/up", CancellationToken.None);
        wire?.Forget();
        return store;
    }
}
