using Everturn.Cli.Cluster;

namespace Everturn.Cli.Tests.Running;

/// <summary>One cluster of two regions with two nodes each for several tests; each finds it healed.</summary>
public sealed class SharedCluster : IAsyncLifetime
{
    private RunningUp? _up;

    internal RunningUp Up => _up!;

    public async ValueTask InitializeAsync() => _up = await RunningUp.StartReadyAsync([]);

    public async ValueTask DisposeAsync() => await Up.DisposeAsync();

    internal async Task HealAsync()
    {
        var (exitCode, _, error) = await Up.FaultAsync("heal");
        Assert.True(exitCode == 0, error);
        Assert.All((await Up.StatusAsync()).Regions.SelectMany(region => region.Nodes), node => Assert.Equal(NodeState.Ready, node.State));
    }
}
