using Everturn.Cli.Cluster;

namespace Everturn.Cli.Tests.Cluster;

public sealed class RestartBackoffTests
{
    [Fact]
    public void Wait_doubles_with_each_short_run_up_to_ten_seconds()
    {
        var backoff = new RestartBackoff();

        var waits = Enumerable.Range(0, 8).Select(_ => backoff.After(TimeSpan.FromSeconds(1)).TotalSeconds).ToArray();

        Assert.Equal([0.25, 0.5, 1, 2, 4, 8, 10, 10], waits);
    }

    [Fact]
    public void Wait_is_short_again_after_a_run_that_lasted()
    {
        var backoff = new RestartBackoff();
        for (var crash = 0; crash < 6; crash++)
        {
            backoff.After(TimeSpan.Zero);
        }

        Assert.Equal(TimeSpan.FromMilliseconds(250), backoff.After(TimeSpan.FromMinutes(1)));
        Assert.Equal(TimeSpan.FromMilliseconds(500), backoff.After(TimeSpan.Zero));
    }
}
