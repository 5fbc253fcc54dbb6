using Everturn.Cli.Commands;

namespace Everturn.Cli.Verify;

/// <summary>What `verify` is asked for, checked.</summary>
/// <param name="Cluster">The cluster to start.</param>
/// <param name="StoreFile">The file of its store.</param>
/// <param name="Length">How long the load and the faults last.</param>
/// <param name="Faults">Which faults.</param>
/// <param name="Conversations">How many at a time.</param>
/// <param name="Seed">Draws the schedule and the load.</param>
internal sealed record VerifyOptions(
    UpOptions Cluster, string StoreFile, TimeSpan Length, IReadOnlyList<FaultKind> Faults, int Conversations, int Seed)
{
    private const double LeastMinutes = 0.1;
    private const double MostMinutes = 24 * 60;
    private const int MostConversations = 200;

    /// <exception cref="CliException">A value is out of its range.</exception>
    public static VerifyOptions Create(string regions, int nodes, string store, double minutes, string faults, int conversations, int seed, string data)
    {
        Require(store != "memory", $"--store memory keeps nothing when a node dies, so there is nothing to verify. Use --store sqlite.");
        Require(!store.StartsWith("postgres", StringComparison.Ordinal), $"verify does not reach a PostgreSQL store yet. Use --store sqlite.");
        Require(minutes is >= LeastMinutes and <= MostMinutes, $"--minutes is {minutes}; it must be {LeastMinutes} to {MostMinutes}.");
        Require(conversations is >= 1 and <= MostConversations, $"--conversations is {conversations}; it must be 1 to {MostConversations}.");
        var cluster = UpOptions.Create("pizza", regions, nodes, store, port: 0, data, openBrowser: false);
        return new(
            cluster, cluster.Store[(cluster.Store.IndexOf(':', StringComparison.Ordinal) + 1)..], TimeSpan.FromMinutes(minutes),
            FaultKinds.ParseList(faults), conversations, seed);
    }

    private static void Require(bool condition, FormattableString otherwise)
    {
        if (!condition)
        {
            throw new CliException(ErrorCodes.CommandLine, FormattableString.Invariant(otherwise), ExitCodes.Usage);
        }
    }
}
