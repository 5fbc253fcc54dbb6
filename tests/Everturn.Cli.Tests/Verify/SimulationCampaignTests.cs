using Everturn.Cli.Verify;
using Everturn.Testing.Simulation;

namespace Everturn.Cli.Tests.Verify;

public sealed class SimulationCampaignTests
{
    [Fact]
    public void Runs_on_several_threads_are_those_on_one()
    {
        const int Seeds = 24;
        var alone = Enumerable.Range(1, Seeds).Select(seed => Simulator.Run(seed).Trace()).ToArray();
        var together = new string[Seeds];
        Parallel.For(0, Seeds, new ParallelOptions { MaxDegreeOfParallelism = 4 }, at => together[at] = Simulator.Run(at + 1).Trace());

        Assert.Equal(alone, together);
    }

    [Fact]
    public void Campaign_counts_the_same_on_one_thread_and_on_four()
    {
        var one = new SimulationCampaign(first: 5, seeds: 12, threads: 1).Run(_ => { }, TestContext.Current.CancellationToken);
        var four = new SimulationCampaign(first: 5, seeds: 12, threads: 4).Run(_ => { }, TestContext.Current.CancellationToken);

        Assert.True(one.Passed);
        Assert.Equal(12, one.Seeds);
        Assert.True(one.Turns > 0);
        Assert.Equal((one.Seeds, one.Turns), (four.Seeds, four.Turns));
        Assert.Equal(one.Transitions, four.Transitions);
    }
}
