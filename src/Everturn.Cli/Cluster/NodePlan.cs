using Everturn.Cli.Bots;

namespace Everturn.Cli.Cluster;

/// <summary>How to start a node: the bot's program with its name and place.</summary>
/// <param name="Name">For instance <c>koreacentral-1</c>.</param>
/// <param name="Region">For instance <c>koreacentral</c>.</param>
/// <param name="Bot">The program that every node runs.</param>
/// <param name="Store">What <c>Everturn:Store</c> is set to.</param>
/// <param name="AnnounceFile">Where the node writes its address once it listens.</param>
/// <param name="LogFile">Where its output goes.</param>
internal sealed record NodePlan(string Name, string Region, BotProgram Bot, string Store, string AnnounceFile, string LogFile)
{
    /// <summary>More variables of the node's environment, which win over the tool's own.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The names of the nodes of a region count from 1.</summary>
    public static IEnumerable<NodePlan> ForAll(IEnumerable<string> regions, int nodesPerRegion, BotProgram bot, string store, ClusterDirectory directory) =>
        from region in regions
        from number in Enumerable.Range(1, nodesPerRegion)
        let name = $"{region}-{number}"
        select new NodePlan(name, region, bot, store, directory.AnnounceFile(name), directory.LogFile(name));
}
