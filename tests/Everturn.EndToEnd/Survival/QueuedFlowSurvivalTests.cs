namespace Everturn.EndToEnd.Survival;

/// <summary>A flow of a queued bot on real node processes, which are killed (SIGKILL) at the writes of a conversation.</summary>
public sealed class QueuedFlowSurvivalTests(SurvivalCluster.Queued cluster, ITestOutputHelper output) : IClassFixture<SurvivalCluster.Queued>
{
    [Fact]
    public async Task Node_killed_at_every_other_write_leaves_a_flow_that_asks_once_and_repeats_only_the_call_whose_result_it_had_not_written()
    {
        var deaths = new WriteDeaths(cluster.Outside, cluster.Nodes);

        output.WriteLine(await deaths.RunAsync(every: 2));

        Assert.True(deaths.Deaths >= OrderTalk.Messages.Count * 2, $"Only {deaths.Deaths} nodes were killed.");
    }
}
