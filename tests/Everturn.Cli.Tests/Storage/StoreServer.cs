using Everturn.Storage.AzureBlobs.Tests;
using Everturn.Storage.Postgres.Tests.Servers;
using Npgsql;

namespace Everturn.Cli.Tests.Storage;

/// <summary>A networked store of a test's own, as <c>--store</c> names it.</summary>
internal sealed class StoreServer(string store, Func<ValueTask> end) : IAsyncDisposable
{
    public string Store { get; } = store;

    /// <summary>Nothing has been made in it yet.</summary>
    public static async Task<StoreServer> StartAsync(string scheme)
    {
        if (scheme == "postgres")
        {
            var database = "test_" + Guid.NewGuid().ToString("N");
            await SharedServer.Server.ExecuteAsync($"CREATE DATABASE {database}");
            var connection = new NpgsqlConnectionStringBuilder(SharedServer.ConnectionString) { Database = database };
            return new($"postgres:{connection}", async () => await SharedServer.Server.ExecuteAsync($"DROP DATABASE {database} WITH (FORCE)"));
        }

        if (scheme == "azureblobs")
        {
            // A server of its own: the container's name is fixed.
            var azurite = await Azurite.StartAsync();
            return new("azureblobs:" + Azurite.Connection(new(azurite.Address, "/" + Azurite.Account)), () =>
            {
                azurite.Dispose();
                return default;
            });
        }

        var cosmos = await BridgedCosmosDb.StartAsync();
        return new("cosmos:" + cosmos.Connection, cosmos.DisposeAsync);
    }

    public ValueTask DisposeAsync() => end();
}
