using Everturn.Cli.Cluster;

namespace Everturn.Cli.Verify;

/// <summary>The faults by their names on the command line.</summary>
internal static class FaultKinds
{
    private static readonly Dictionary<string, FaultKind> ByName = new(StringComparer.Ordinal)
    {
        ["kill"] = FaultKind.Kill,
        ["pause"] = FaultKind.Pause,
        ["store-lock"] = FaultKind.StoreLock,
        ["store-cut"] = FaultKind.StoreCut,
        ["store-slow"] = FaultKind.StoreSlow,
        ["store-lost-answers"] = FaultKind.StoreLostAnswers,
    };

    /// <summary>How a fault is written everywhere.</summary>
    public static string Name(FaultKind kind) => kind switch
    {
        FaultKind.KillRegion => "kill-region",
        FaultKind.StoreLock => "store-lock",
        FaultKind.StoreCut => "store-cut",
        FaultKind.StoreSlow => "store-slow",
        FaultKind.StoreLostAnswers => "store-lost-answers",
        _ => kind.ToString().ToLowerInvariant(),
    };

    /// <summary>Whether it is done to the store, not to a node.</summary>
    public static bool IsOfTheStore(FaultKind kind) =>
        kind is FaultKind.StoreLock or FaultKind.StoreCut or FaultKind.StoreSlow or FaultKind.StoreLostAnswers;

    /// <summary>Reads names separated by commas.</summary>
    /// <exception cref="CliException">One is unknown, there is none, or this system cannot do it.</exception>
    public static IReadOnlyList<FaultKind> ParseList(string list)
    {
        var kinds = list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Parse).Distinct().ToArray();
        if (kinds.Length == 0)
        {
            throw new CliException(ErrorCodes.NoSuchFault, $"--faults names no fault. Faults: {string.Join(", ", ByName.Keys)}.", ExitCodes.Usage);
        }

        return kinds.Contains(FaultKind.Pause) && !ProcessSignal.IsSupported
            ? throw new CliException(ErrorCodes.NotOnThisSystem, "--faults pause needs signals, which this system does not have: use --faults kill.", ExitCodes.Usage)
            : kinds;
    }

    private static FaultKind Parse(string name) =>
        ByName.TryGetValue(name, out var kind)
            ? kind
            : throw new CliException(ErrorCodes.NoSuchFault, $"unknown fault '{name}'. Faults: {string.Join(", ", ByName.Keys)}.", ExitCodes.Usage);
}
