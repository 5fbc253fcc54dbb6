using System.Globalization;

namespace Everturn.Cli.Verify;

/// <summary>The faults of a run, all drawn by its seed before it begins.</summary>
internal static class FaultSchedule
{
    // One fault in 4.5 seconds on average: more than 100 in ten minutes.
    private static readonly TimeSpan MeanInterval = TimeSpan.FromSeconds(4.5);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    /// <summary>Draws the schedule. Each kind asked for comes at least once.</summary>
    /// <param name="seed">Draws it.</param>
    /// <param name="length">How long the load lasts.</param>
    /// <param name="kinds">What was asked for.</param>
    /// <param name="regions">The regions; their nodes are REGION-1 and so on.</param>
    /// <param name="nodesPerRegion">The nodes of each.</param>
    public static IReadOnlyList<PlannedFault> Draw(
        int seed, TimeSpan length, IReadOnlyList<FaultKind> kinds, IReadOnlyList<string> regions, int nodesPerRegion)
    {
        var random = new Random(seed);
        var evenly = (length - Quiet) / (kinds.Count + 1);
        var interval = evenly < MeanInterval ? evenly : MeanInterval;
        var faults = new List<PlannedFault>();
        var deck = new Queue<FaultKind>();
        var kills = 0;
        for (var at = Quiet + (interval * Between(random, 0.3, 0.7)); at < length; at += interval * Between(random, 0.35, 1.65))
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

            faults.Add(new(at, kind, Target(random, kind, regions, nodesPerRegion), Duration(random, kind), kind == FaultKind.Kill && kills % 2 == 1));
        }

        return faults;
    }

    private static string Target(Random random, FaultKind kind, IReadOnlyList<string> regions, int nodesPerRegion)
    {
        // The gateway prefers the first region while all are equally near: faults belong where the work is.
        var region = regions[random.Next(4) == 0 ? random.Next(regions.Count) : 0];
        return kind switch
        {
            FaultKind.StoreLock => "store",
            FaultKind.KillRegion => region,
            _ => string.Create(CultureInfo.InvariantCulture, $"{region}-{random.Next(nodesPerRegion) + 1}"),
        };
    }

    // A pause is longer than the lease of one second; a lock on the store is at times longer than a turn's deadline allows for.
    private static TimeSpan Duration(Random random, FaultKind kind) => TimeSpan.FromSeconds(kind switch
    {
        FaultKind.Pause => Between(random, 1.5, 4.5),
        FaultKind.StoreLock => Between(random, 0.3, 4),
        _ => Between(random, 0.1, 4),
    });

    private static double Between(Random random, double least, double most) => least + (random.NextDouble() * (most - least));
}
