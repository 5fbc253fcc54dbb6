using Everturn.Cli.Commands;

namespace Everturn.Cli.Verify.LongTurns;

/// <summary>What `verify --long-turn` is asked for, checked.</summary>
/// <param name="Cluster">The cluster to start.</param>
/// <param name="Length">How long the turn takes when nothing happens to it.</param>
internal sealed record LongTurnOptions(UpOptions Cluster, TimeSpan Length)
{
    private const double LeastSeconds = 8;
    private const double MostSeconds = 600;

    /// <exception cref="CliException">A value is out of its range.</exception>
    public static LongTurnOptions Create(double seconds, string regions, int nodes, string store, string data)
    {
        if (seconds is not (>= LeastSeconds and <= MostSeconds))
        {
            throw new CliException(ErrorCodes.CommandLine, FormattableString.Invariant($"--long-turn is {seconds}; it must be {LeastSeconds} to {MostSeconds} (seconds)."), ExitCodes.Usage);
        }

        if (store == "memory")
        {
            throw new CliException(ErrorCodes.CommandLine, "--store memory keeps nothing when a node dies, so there is nothing to verify. Use --store sqlite.", ExitCodes.Usage);
        }

        return new(UpOptions.Create("agent", regions, nodes, store, port: 0, data, openBrowser: false), TimeSpan.FromSeconds(seconds));
    }

    /// <summary>Where the sample's agency keeps what it was told.</summary>
    public string Agency => Path.Combine(Cluster.Data, "agency");

    /// <summary>
    /// Makes the sample's turn that long: half of it the scripted model's four thoughts, a quarter the two calls of the agency, the rest
    /// the words of the answer, of which there are about twenty.
    /// </summary>
    public IReadOnlyDictionary<string, string> NodeEnvironment => new Dictionary<string, string>(LogTally.NodeEnvironment, StringComparer.Ordinal)
    {
        ["Agent__Agency"] = Agency,
        ["Agent__ThinkTime"] = (Length / 8).ToString("c"),
        ["Agent__AgencyDelay"] = (Length / 8).ToString("c"),
        ["Agent__WordDelay"] = (Length / 80).ToString("c"),
    };
}
