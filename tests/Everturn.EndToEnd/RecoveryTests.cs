using System.Diagnostics;
using System.Net;

namespace Everturn.EndToEnd;

/// <summary>What a foreign channel sees of turns on real node processes that share one SQLite file.</summary>
public sealed class RecoveryTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Reply_committed_and_not_delivered_comes_from_another_node_within_5_seconds()
    {
        await using var channel = await PlayedChannel.StartAsync();
        channel.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var cluster = await Cluster.StartAsync();
        using var client = new BotClient(channel.ServiceUrl);
        var nodes = (await cluster.StatusAsync()).Nodes.ToArray();

        Assert.Equal(HttpStatusCode.OK, await client.PostAsync(nodes[0].Url!, "c", "1", "ham"));
        await channel.Reached.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        await Signals.KillAsync(nodes[0].Pid!.Value);
        var watch = Stopwatch.StartNew();
        var gate = channel.Gate;
        channel.Gate = null;
        var replies = await channel.WaitForAsync(1, TimeSpan.FromSeconds(5));

        output.WriteLine($"redelivered {watch.Elapsed.TotalSeconds:0.00} s after the kill");
        Assert.All(replies, reply => Assert.Equal("pizza with ham", reply));
        gate.TrySetCanceled(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Activity_posted_to_two_nodes_at_once_is_processed_once_and_answered_twice()
    {
        await using var channel = await PlayedChannel.StartAsync();
        await using var cluster = await Cluster.StartAsync();
        using var client = new BotClient(channel.ServiceUrl);
        var nodes = (await cluster.StatusAsync()).Nodes.ToArray();

        for (var round = 0; round < 10; round++)
        {
            var id = $"twice-{round}";
            var answers = await Task.WhenAll(
                client.PostAsync(nodes[round % 4].Url!, "c", id, $"t{round}"),
                client.PostAsync(nodes[(round + 1) % 4].Url!, "c", id, $"t{round}"));
            Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer));
            Assert.Equal(HttpStatusCode.OK, await client.PostAsync(nodes[(round + 2) % 4].Url!, "c", id, $"t{round}"));
        }

        var replies = await channel.WaitForAsync(10, TimeSpan.FromSeconds(20));
        Orders.AssertEachGrowsByOne(replies, 10);
    }

    [Fact]
    public async Task Messages_to_one_conversation_on_four_nodes_at_once_lose_and_double_nothing()
    {
        await using var channel = await PlayedChannel.StartAsync();
        await using var cluster = await Cluster.StartAsync();
        using var client = new BotClient(channel.ServiceUrl);
        var nodes = (await cluster.StatusAsync()).Nodes.ToArray();

        var watch = Stopwatch.StartNew();
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(number =>
            client.PostAsync(nodes[number % 4].Url!, "c", $"m{number}", $"t{number}")));
        output.WriteLine($"64 answers after {watch.Elapsed.TotalSeconds:0.00} s");
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer));

        var replies = await channel.WaitForAsync(64, TimeSpan.FromSeconds(30));
        output.WriteLine($"64 replies after {watch.Elapsed.TotalSeconds:0.00} s");
        Orders.AssertEachGrowsByOne(replies, 64);
    }
}
