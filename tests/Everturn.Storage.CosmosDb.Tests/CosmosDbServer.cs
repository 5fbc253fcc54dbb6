using Everturn.Storage.Servers;
using Microsoft.Azure.Cosmos;

[assembly: AssemblyFixture(typeof(Everturn.Storage.CosmosDb.Tests.CosmosDbServer))]

namespace Everturn.Storage.CosmosDb.Tests;

/// <summary>The emulation of Cosmos DB's REST interface: one process for all tests, each with a database of its own.</summary>
public sealed class CosmosDbServer : IDisposable
{
    private static readonly Lazy<Task<NodeServer>> Server = new(StartAsync);

    // The emulation takes any key.
    private static readonly string Key = Convert.ToBase64String(new byte[64]);

    public static async Task<Uri> AddressAsync() => (await Server.Value).Address;

    /// <summary>Settings for the emulation: requests go through <see cref="ServerGaps"/>, below the handlers of a test.</summary>
    public static async Task<CosmosDbStoreOptions> OptionsAsync(string database, Func<HttpMessageHandler, HttpMessageHandler>? around = null) =>
        Options(await AddressAsync(), database, around);

    public static CosmosDbStoreOptions Options(Uri address, string database, Func<HttpMessageHandler, HttpMessageHandler>? around = null) => new()
    {
        Connection = Connection(address),
        Database = database,
        ConfigureClient = client => Configure(client, address, around),
    };

    public static string Connection(Uri address) => $"AccountEndpoint={address};AccountKey={Key}";

    public static void Configure(CosmosClientOptions client, Uri address, Func<HttpMessageHandler, HttpMessageHandler>? around = null)
    {
        client.ConnectionMode = ConnectionMode.Gateway;
        // The emulation says https://127.0.0.1 of itself, and listens without.
        client.LimitToEndpoint = true;
        client.HttpClientFactory = () =>
        {
            HttpMessageHandler handler = new ServerGaps(address) { InnerHandler = new SocketsHttpHandler() };
            return new HttpClient(around is null ? handler : around(handler));
        };
    }

    public void Dispose()
    {
        if (Server.IsValueCreated && Server.Value.IsCompletedSuccessfully) Server.Value.Result.Dispose();
    }

    internal static Task<NodeServer> StartAsync() => NodeServer.StartAsync("cosmosdb-server", "connections at", "--no-ssl", "--host", "127.0.0.1", "--port", "0");
}
