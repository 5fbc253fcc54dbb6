using Everturn.Gateway.Topology;

namespace Everturn.Gateway.Tests.Topology;

public sealed class LatencyWindowTests
{
    [Fact]
    public void Lowest_of_the_last_twenty_counts_and_older_ones_are_forgotten()
    {
        var window = new LatencyWindow();
        Assert.Null(window.Lowest);
        window.Add(TimeSpan.FromMilliseconds(5));
        for (var i = 0; i < 19; i++)
        {
            window.Add(TimeSpan.FromMilliseconds(50));
            Assert.Equal(TimeSpan.FromMilliseconds(5), window.Lowest);
        }

        for (var i = 0; i < 100; i++)
        {
            window.Add(TimeSpan.FromMilliseconds(50));
            Assert.Equal(TimeSpan.FromMilliseconds(50), window.Lowest);
        }
    }
}
