using Everturn.Gateway.Topology;

namespace Everturn.Gateway.Tests.Topology;

public sealed class RegionChooserTests
{
    private readonly RegionChooser _chooser = new(tolerance: Ms(20), settleTime: Ms(5000));

    [Theory]
    [InlineData(10, 10, "a")]
    [InlineData(29, 10, "a")]
    [InlineData(31, 10, "b")]
    [InlineData(10, 200, "a")]
    public void First_choice_is_the_nearest_and_near_ties_go_by_order(int a, int b, string expected) =>
        Assert.Equal(expected, Choose(0, ("a", a), ("b", b)));

    [Fact]
    public void Region_without_ready_nodes_is_left_at_once()
    {
        Assert.Equal("a", Choose(0, ("a", 10), ("b", 200)));
        Assert.Equal("b", Choose(1, ("b", 200)));
        Assert.Null(Choose(2));
        Assert.Equal("b", Choose(3, ("b", 200)));
    }

    [Fact]
    public void Better_region_must_be_better_for_the_settle_time()
    {
        Assert.Equal("a", Choose(0, ("a", 10), ("b", 10)));
        Assert.Equal("a", Choose(100, ("a", 90), ("b", 10)));
        Assert.Equal("a", Choose(5000, ("a", 90), ("b", 10)));
        // One good moment starts it anew.
        Assert.Equal("a", Choose(5050, ("a", 10), ("b", 10)));
        Assert.Equal("a", Choose(5100, ("a", 90), ("b", 10)));
        Assert.Equal("a", Choose(10_099, ("a", 90), ("b", 10)));
        Assert.Equal("b", Choose(10_100, ("a", 90), ("b", 10)));
    }

    [Fact]
    public void Before_the_first_request_the_better_region_is_taken_at_once()
    {
        Assert.Equal("b", _chooser.Choose([("b", Ms(10))], Ms(0), freely: true));
        Assert.Equal("a", _chooser.Choose([("a", Ms(10)), ("b", Ms(10))], Ms(1), freely: true));
    }

    [Fact]
    public void Recovered_region_earlier_in_order_is_returned_to_after_the_settle_time()
    {
        Assert.Equal("b", Choose(0, ("b", 10)));
        Assert.Equal("b", Choose(100, ("a", 15), ("b", 10)));
        Assert.Equal("b", Choose(5099, ("a", 15), ("b", 10)));
        Assert.Equal("a", Choose(5100, ("a", 15), ("b", 10)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Noise_within_the_tolerance_never_moves_traffic_twice(int seed)
    {
        // Means 25 ms apart, right at the edge of the rules, noise of 8 ms either way: at most one move in an hour of probes.
        var random = new Random(seed);
        var chosen = new List<string>();
        for (var now = 0; now < 3_600_000; now += 250)
        {
            var region = Choose(now, ("a", 35 + random.Next(-8, 9)), ("b", 10 + random.Next(-8, 9)))!;
            if (chosen.Count == 0 || chosen[^1] != region)
            {
                chosen.Add(region);
            }
        }

        Assert.InRange(chosen.Count, 1, 2);
    }

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private string? Choose(int now, params (string Name, int Latency)[] healthy) =>
        _chooser.Choose([.. healthy.Select(region => (region.Name, Ms(region.Latency)))], Ms(now), freely: false);
}
