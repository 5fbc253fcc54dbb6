using Everturn.Cli.Regions;
using Everturn.Cli.Storage;

namespace Everturn.Cli.Commands;

/// <summary>What `up` is asked for, checked.</summary>
/// <param name="Bot">A sample's name or a path.</param>
/// <param name="Regions">At least one, each once.</param>
/// <param name="NodesPerRegion">1 to 16.</param>
/// <param name="Store">As a node takes it: <c>memory</c>, <c>sqlite:FILE</c> with an absolute path, or <c>SCHEME:CONNECTION</c>.</param>
/// <param name="Port">0 for a free one.</param>
/// <param name="Data">An absolute path.</param>
/// <param name="OpenBrowser">Whether to show the page when there is a desktop.</param>
internal sealed record UpOptions(
    string Bot, IReadOnlyList<string> Regions, int NodesPerRegion, string Store, int Port, string Data, bool OpenBrowser)
{
    public const int MaxNodesPerRegion = 16;

    private const string Sqlite = "sqlite";

    /// <exception cref="CliException">A value is out of its range or does not go with the others.</exception>
    public static UpOptions Create(string bot, string regions, int nodes, string store, int port, string data, bool openBrowser)
    {
        var places = AzureRegion.ParseList(regions);
        Require(nodes is >= 1 and <= MaxNodesPerRegion, $"--nodes is {nodes}; it must be 1 to {MaxNodesPerRegion} (in each region).");
        Require(port is >= 0 and <= 65535, $"--port is {port}; it must be 0 (any free port) to 65535.");
        Require(!string.IsNullOrWhiteSpace(data), "--data is empty; it must name a directory.");
        var directory = Path.GetFullPath(data);
        return new(bot, places, nodes, ReadStore(store, places.Count * nodes, directory), port, directory, openBrowser);
    }

    private static string ReadStore(string store, int nodes, string data)
    {
        if (store == "memory")
        {
            return nodes == 1
                ? store
                : throw new CliException(
                    ErrorCodes.OneNodeOnly,
                    $"--store memory allows one node only, and {nodes} were asked for: each node's memory is its own, so they would not see "
                    + "each other's conversations. Use --store sqlite, or one region with --nodes 1.",
                    ExitCodes.Usage);
        }

        var parts = store.Split(':', 2);
        var isComplete = parts.Length == 2 && parts[0].Length > 0 && parts[0].All(char.IsAsciiLetterLower) && parts[1].Length > 0 && parts[0] != "memory";
        if (isComplete && parts[0] != Sqlite)
        {
            // Which there are the bot's program knows, and its nodes say.
            return store;
        }

        var file = store == Sqlite ? Path.Combine(data, "store.db")
            : isComplete ? Path.GetFullPath(parts[1])
            : throw new CliException(
                ErrorCodes.CommandLine,
                $"unknown store{StoreName.Quoted(store)}. Stores: memory, sqlite, sqlite:FILE, and SCHEME:CONNECTION for others that the bot offers.", ExitCodes.Usage);
        Require(!Directory.Exists(file), $"--store names '{file}', which is a directory; it must be a file.");
        return $"{Sqlite}:{file}";
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new CliException(ErrorCodes.CommandLine, otherwise, ExitCodes.Usage);
        }
    }
}
