using Everturn.Testing.Simulation;

namespace Everturn.Testing.Tests;

/// <summary>The checker is worth what it catches: each broken store and engine must be found out.</summary>
public sealed class NegativeControlTests(ITestOutputHelper output)
{
    private const int MostSeeds = 500;

    public static TheoryData<Sabotage> Sabotages => [.. Enum.GetValues<Sabotage>().Where(sabotage => sabotage is not Sabotage.None)];

    [Theory]
    [MemberData(nameof(Sabotages))]
    public void Broken_subject_is_caught(Sabotage sabotage)
    {
        for (var seed = 1; seed <= MostSeeds; seed++)
        {
            var report = Simulator.Run(seed, new SimulationOptions { Sabotage = sabotage });
            if (report.Violations.Count > 0)
            {
                output.WriteLine($"{sabotage} caught by seed {seed}: {report.Violations[0]}");
                return;
            }
        }

        Assert.Fail($"{sabotage} was not caught within {MostSeeds} seeds.");
    }
}
