using System.Globalization;

namespace Everturn.Cli.Verify;

/// <summary>The faults of a run, all drawn by its seed before it begins.</summary>
internal static class FaultSchedule
{
    // One fault in 4.5 seconds on average: more than 100 in ten minutes.
    private static readonly TimeSpan MeanInterval = TimeSpan.FromSeconds(4.5);
    private const double LatestFirst = 0.7;
    private const double Latest = 1.65;
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    /// <summary>Draws the schedule. Each kind asked for comes at least once.</summary>
    /// <param name="seed">Draws it.</param>
    /// <param name="length">How long the load lasts.</param>
    /// <param name="kinds">What was asked for.</param>
    /// <param name="regions">The regions; their nodes are REGION-1 and so on.</param>
    /// <param name="nodesPerRegion">The nodes of each.</param>
    /// <param name="isNetworked">Whether each node has a way of its own to the store, which can be hurt alone.</param>
    public static IReadOnlyList<PlannedFault> Draw(
        int seed, TimeSpan length, IReadOnlyList<FaultKind> kinds, IReadOnlyList<string> regions, int nodesPerRegion, bool isNetworked = false)
    {
        var random = new Random(seed);
        // However late the faults of one round come, they come.
        var evenly = (length - Quiet) / Math.Max(kinds.Count + 1, LatestFirst + (Latest * (kinds.Count - 1)));
        var interval = evenly < MeanInterval ? evenly : MeanInterval;
        var faults = new List<PlannedFault>();
        var deck = new Queue<FaultKind>();
        var kills = 0;
        for (var at = Quiet + (interval * Between(random, 0.3, LatestFirst)); at < length; at += interval * Between(random, 0.35, Latest))
        {
            if (deck.Count == 0)
            {
                var cards = kinds.ToArray();
                random.Shuffle(cards);
                deck = new(cards);
            }

            var kind = deck.Dequeue();
            // Every fourth kill takes the whole region along, if there is another to go on.
            if (kind == FaultKind.Kill && ++kills % 4 == 0 && regions.Count > 1)
            {
                kind = FaultKind.KillRegion;
            }

            var isMidWrite = kind == FaultKind.Kill && kills % 2 == 1;
            faults.Add(new(at, kind, Target(random, kind, isMidWrite ? regions.Take(1).ToArray() : regions, nodesPerRegion, isNetworked), Duration(random, kind), isMidWrite));
        }

        return faults;
    }

    private static string Target(Random random, FaultKind kind, IReadOnlyList<string> regions, int nodesPerRegion, bool isNetworked)
    {
        // The gateway prefers the first region while all are equally near: faults belong where the work is.
        var region = regions[random.Next(4) == 0 ? random.Next(regions.Count) : 0];
        return kind switch
        {
            FaultKind.StoreLock => PlannedFault.Store,
            FaultKind.StoreCut or FaultKind.StoreSlow when !isNetworked => PlannedFault.Store,
            FaultKind.StoreCut or FaultKind.StoreSlow or FaultKind.StoreLostAnswers when isNetworked && random.Next(3) == 0 => PlannedFault.Store,
            FaultKind.KillRegion => region,
            _ => string.Create(CultureInfo.InvariantCulture, $"{region}-{random.Next(nodesPerRegion) + 1}"),
        };
    }

    // A pause is longer than the lease of one second; a lock on the store is at times longer than a turn's deadline allows for.
    private static TimeSpan Duration(Random random, FaultKind kind) => TimeSpan.FromSeconds(kind switch
    {
        FaultKind.Pause or FaultKind.StoreLostAnswers => Between(random, 1.5, 4.5),
        FaultKind.StoreLock or FaultKind.StoreCut or FaultKind.StoreSlow => Between(random, 0.3, 4),
        _ => Between(random, 0.1, 4),
    });

    private static double Between(Random random, double least, double most) => least + (random.NextDouble() * (most - least));
}
