using Everturn.Gateway.Topology;

namespace Everturn.Gateway.Tests.Topology;

public sealed class RendezvousTests
{
    private static readonly NodeRun[] Nodes = [.. Enumerable.Range(1, 5).Select(i => new NodeRun($"region-{i}", "region", $"http://127.0.0.1:{5000 + i}"))];

    [Fact]
    public void Keys_spread_evenly()
    {
        var routes = new Routes([Nodes]);
        var counts = Enumerable.Range(0, 10_000).CountBy(i => routes.Choose($"conversation-{i}", [])!.Name).ToArray();

        Assert.Equal(5, counts.Length);
        Assert.All(counts, count => Assert.InRange(count.Value, 1_800, 2_200));
    }

    [Fact]
    public void Only_the_keys_of_a_lost_node_move_and_they_spread_too()
    {
        var (all, rest) = (new Routes([Nodes]), new Routes([Nodes[1..]]));
        var moved = new List<string>();
        for (var i = 0; i < 10_000; i++)
        {
            var (before, after) = (all.Choose($"{i}", [])!, rest.Choose($"{i}", [])!);
            if (before != after)
            {
                Assert.Same(Nodes[0], before);
                moved.Add(after.Name);
            }
        }

        Assert.All(moved.CountBy(name => name), count => Assert.InRange(count.Value, 400, 600));
    }

    [Fact]
    public void Weight_is_the_same_in_every_process() => 
        // Computed apart from this code: gateways of several versions side by side must agree.
        Assert.Equal(14469310820345508001UL, Rendezvous.Weight("koreacentral-1", "7d0e|0000001"));

    [Fact]
    public void Avoided_nodes_are_taken_only_when_there_is_no_other()
    {
        var routes = new Routes([Nodes[..2], Nodes[2..3]]);
        var first = routes.Choose("key", [])!;
        var second = routes.Choose("key", [first])!;
        var third = routes.Choose("key", [first, second])!;

        Assert.Equal([Nodes[0], Nodes[1]], new[] { first, second }.OrderBy(node => node.Name, StringComparer.Ordinal));
        Assert.Same(Nodes[2], third);
        Assert.Same(first, routes.Choose("key", [first, second, third]));
        Assert.Null(Routes.None.Choose("key", []));
    }
}
