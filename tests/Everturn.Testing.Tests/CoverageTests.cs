using Everturn.Testing.Simulation;

namespace Everturn.Testing.Tests;

public sealed class CoverageTests
{
    [Fact]
    public void Campaign_that_never_met_a_transition_is_vacuous()
    {
        var counts = Coverage.Transitions.Skip(1).ToDictionary(transition => transition, _ => (long)Coverage.Least);

        var missing = Assert.Single(Coverage.Missing(Coverage.SeedsOfACampaign, counts));

        Assert.Contains(Coverage.Transitions[0], missing.Evidence, StringComparison.Ordinal);
        Assert.Empty(Coverage.Missing(Coverage.SeedsOfACampaign - 1, counts));
    }

    [Fact]
    public void Every_named_transition_is_one_that_runs_do_count()
    {
        var met = Enumerable.Range(1, 400).SelectMany(seed => Simulator.Run(seed).Transitions.Keys).ToHashSet(StringComparer.Ordinal);

        Assert.Empty(Coverage.Transitions.Except(met));
        Assert.Empty(met.Except(Coverage.Transitions));
    }
}
