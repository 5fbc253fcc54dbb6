using System.Globalization;
using Everturn.Testing.Simulation;

namespace Everturn.Testing.Tests;

/// <summary>
/// The checker is worth what it catches: each broken store and engine must be found out within 500 seeds, in nearly every
/// range of seeds. EVERTURN_SOAK=1 takes 100 ranges in place of 5.
/// </summary>
public sealed class NegativeControlTests(ITestOutputHelper output)
{
    private const int SeedsPerRange = 500;

    public static TheoryData<Sabotage> Sabotages => [.. Enum.GetValues<Sabotage>().Where(sabotage => sabotage is not Sabotage.None)];

    [Theory]
    [MemberData(nameof(Sabotages))]
    public void Broken_subject_is_caught_in_nearly_every_range_of_seeds(Sabotage sabotage)
    {
        var ranges = Environment.GetEnvironmentVariable("EVERTURN_SOAK") == "1" ? 100 : 5;
        var first = Enumerable.Range(0, ranges).Select(range => FirstCaught(sabotage, range)).ToArray();
        var caught = first.Where(seeds => seeds is not null).Select(seeds => seeds!.Value).Order().ToArray();

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {sabotage} | {caught.Length} of {ranges} | {caught[caught.Length / 2]} | {caught[^1]} |"));
        Assert.True(caught.Length >= ranges * 0.95, $"{sabotage} was caught in {caught.Length} of {ranges} ranges of {SeedsPerRange} seeds.");
    }

    /// <summary>How many seeds of a range it took; null when none of them caught it.</summary>
    private static int? FirstCaught(Sabotage sabotage, int range)
    {
        for (var number = 1; number <= SeedsPerRange; number++)
        {
            var report = Simulator.Run((range * SeedsPerRange) + number, new SimulationOptions { Sabotage = sabotage });
            if (report.Violations.Count > 0)
            {
                return number;
            }
        }

        return null;
    }
}
