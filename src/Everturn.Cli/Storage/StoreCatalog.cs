using Everturn.Storage;
using Everturn.Storage.AzureBlobs;
using Everturn.Storage.CosmosDb;
using Everturn.Storage.Postgres;
using Everturn.Storage.Sqlite;

namespace Everturn.Cli.Storage;

/// <summary>The stores that the tool can open by itself.</summary>
internal static class StoreCatalog
{
    // A line for each store. The second parameter says whether it may be made when it is missing.
    private static readonly Dictionary<string, Func<string, bool, IStore>> Stores = new(StringComparer.Ordinal)
    {
        ["sqlite"] = OpenSqlite,
        ["postgres"] = (connection, mayMake) => new PostgresStore(new() { ConnectionString = connection, ManageSchema = mayMake }),
        ["azureblobs"] = (connection, mayMake) => new AzureBlobStore(new() { Connection = connection, CreateContainer = mayMake }),
        ["cosmos"] = (connection, mayMake) => new CosmosDbStore(new() { Connection = connection, CreateContainer = mayMake }),
    };

    /// <summary>Opens a store. Who opens it disposes of it, if it can be.</summary>
    /// <param name="store"><c>SCHEME:CONNECTION</c>.</param>
    /// <param name="mayMake">Whether it may be made when it is missing.</param>
    /// <exception cref="CliException">There is no such store.</exception>
    public static IStore Open(string store, bool mayMake)
    {
        var parts = store.Split(':', 2);
        return Stores.TryGetValue(parts[0], out var open) && parts.Length == 2 && parts[1].Length > 0
            ? open(parts[1], mayMake)
            : throw new CliException(
                ErrorCodes.CommandLine, $"unknown store{StoreName.Quoted(store)}. It is SCHEME:CONNECTION, with one of these schemes: {string.Join(", ", Stores.Keys)}.", ExitCodes.Usage);
    }

    private static SqliteStore OpenSqlite(string file, bool mayMake) => mayMake || File.Exists(file)
        ? new SqliteStore(new() { File = file })
        : throw new CliException(ErrorCodes.NoStore, $"there is no file '{Path.GetFullPath(file)}'. Name another, or make it: everturn store init.");
}
