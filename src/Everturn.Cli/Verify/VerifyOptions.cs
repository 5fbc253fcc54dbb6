using Everturn.Cli.Cluster;
using Everturn.Cli.Commands;
using Everturn.Cli.Verify.Stores;

namespace Everturn.Cli.Verify;

/// <summary>What `verify` is asked for, checked.</summary>
/// <param name="Cluster">The cluster to start.</param>
/// <param name="Length">How long the load and the faults last.</param>
/// <param name="Faults">Which faults.</param>
/// <param name="Conversations">How many at a time.</param>
/// <param name="Seed">Draws the schedule and the load.</param>
/// <param name="Limits">How long clients may wait for what a killed node owed them.</param>
internal sealed record VerifyOptions(
    UpOptions Cluster, TimeSpan Length, IReadOnlyList<FaultKind> Faults, int Conversations, int Seed, GapLimits Limits)
{
    private const string Sqlite = "sqlite";
    private const double LeastMinutes = 0.1;
    private const double MostMinutes = 24 * 60;
    private const int MostConversations = 200;
    private const double LeastLimit = 0.001;
    private const double MostLimit = 300;

    /// <exception cref="CliException">A value is out of its range.</exception>
    public static VerifyOptions Create(
        string regions, int nodes, string store, double minutes, string faults, int conversations, int seed,
        double gapLimit, double redeliveryLimit, string data)
    {
        Require(store != "memory", $"--store memory keeps nothing when a node dies, so there is nothing to verify. Use --store sqlite.");
        Require(minutes is >= LeastMinutes and <= MostMinutes, $"--minutes is {minutes}; it must be {LeastMinutes} to {MostMinutes}.");
        Require(conversations is >= 1 and <= MostConversations, $"--conversations is {conversations}; it must be 1 to {MostConversations}.");
        Require(gapLimit is >= LeastLimit and <= MostLimit, $"--gap-limit is {gapLimit}; it must be {LeastLimit} to {MostLimit} (seconds).");
        Require(redeliveryLimit is >= LeastLimit and <= MostLimit, $"--redelivery-limit is {redeliveryLimit}; it must be {LeastLimit} to {MostLimit} (seconds).");
        var kinds = FaultKinds.ParseList(faults);
        var cluster = UpOptions.Create("pizza", regions, nodes, store, port: 0, data, openBrowser: false);
        return new(
            cluster, TimeSpan.FromMinutes(minutes), kinds, conversations, seed, new(TimeSpan.FromSeconds(gapLimit), TimeSpan.FromSeconds(redeliveryLimit)))
        {
            Route = FindRoute(cluster.Store, kinds),
        };
    }

    /// <summary>The network between nodes and store that can be hurt; null when there is none.</summary>
    public StoreRoute? Route { get; private init; }

    /// <summary>The kind of the store. The rest of a connection may hold a password.</summary>
    public string Scheme => Cluster.Store.Split(':')[0];

    /// <summary>Makes the way to the store that the nodes take.</summary>
    public IStoreUnderTest OpenStore(IEnumerable<string> nodes) =>
        Scheme == Sqlite ? new SqliteUnderTest(Cluster.Store[(Sqlite.Length + 1)..])
        : Route is not null ? new NetworkedUnderTest(Route, nodes)
        : new DirectUnderTest(Cluster.Store);

    private static StoreRoute? FindRoute(string store, IReadOnlyList<FaultKind> kinds)
    {
        if (store.StartsWith(Sqlite + ":", StringComparison.Ordinal))
        {
            return !kinds.Contains(FaultKind.StoreLostAnswers) || ProcessSignal.IsSupported
                ? null
                : throw new CliException(
                    ErrorCodes.NotOnThisSystem, "--faults store-lost-answers needs signals on SQLite, which this system does not have.", ExitCodes.Usage);
        }

        Require(!kinds.Contains(FaultKind.StoreLock), $"--faults store-lock is for SQLite; a store that is reached over a network has store-cut.");
        try
        {
            return StoreRoute.Of(store);
        }
        catch (CliException) when (!kinds.Any(FaultKinds.IsOfTheStore))
        {
            // Nodes can be hurt without it.
            return null;
        }
    }

    private static void Require(bool condition, FormattableString otherwise)
    {
        if (!condition)
        {
            throw new CliException(ErrorCodes.CommandLine, FormattableString.Invariant(otherwise), ExitCodes.Usage);
        }
    }
}
