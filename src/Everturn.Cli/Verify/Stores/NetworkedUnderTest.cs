namespace Everturn.Cli.Verify.Stores;

/// <summary>A store behind a network that fails as told: each node goes through proxies of its own, one for each server.</summary>
internal sealed class NetworkedUnderTest : IStoreUnderTest
{
    // What clients have just posted reaches the store within this time.
    private static readonly TimeSpan UnderWay = TimeSpan.FromMilliseconds(150);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Road> _roads;

    public NetworkedUnderTest(StoreRoute route, IEnumerable<string> nodes) => _roads = nodes.ToDictionary(
        node => node,
        _ =>
        {
            FaultyProxy[] proxies = [.. route.Targets.Select(target => new FaultyProxy(target))];
            return new Road(proxies, route.Lead([.. proxies.Select(proxy => proxy.Address)]));
        },
        StringComparer.Ordinal);

    public string ConnectionOf(string node) => _roads[node].Connection;

    public Task<IAsyncDisposable?> HarmAsync(FaultKind kind, string target, CancellationToken cancellationToken) => Task.FromResult<IAsyncDisposable?>(
        Begin(target, kind switch
        {
            FaultKind.StoreSlow => ProxyMode.Slow,
            FaultKind.StoreLostAnswers => ProxyMode.LoseAnswers,
            _ => ProxyMode.Cut,
        }));

    // The commit arrives, and the node never hears of it.
    public async Task<IAsyncDisposable?> CatchBetweenWritesAsync(string node, Func<Task> rush, CancellationToken cancellationToken)
    {
        var deaf = Begin(node, ProxyMode.LoseAnswers);
        _ = rush();
        await Task.Delay(UnderWay, cancellationToken);
        return deaf;
    }

    // Who stands still in front of a server keeps nobody else from it for longer than a row's lock, which dies with its connection.
    public Task<bool> IsHeldUpAsync(CancellationToken cancellationToken) => Task.FromResult(false);

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in _roads.Values.SelectMany(road => road.Proxies))
        {
            await proxy.DisposeAsync();
        }
    }

    private Harm Begin(string target, ProxyMode mode)
    {
        var roads = target == PlannedFault.Store ? _roads.Values.ToArray() : [_roads[target]];
        var harm = new Harm(mode, ended => Change(roads, road => road.Harms.Remove(ended)));
        Change(roads, road => road.Harms.Add(harm));
        return harm;
    }

    // Faults overlap: the last one that lasts counts.
    private void Change(Road[] roads, Action<Road> change)
    {
        lock (_lock)
        {
            foreach (var road in roads)
            {
                change(road);
                var mode = road.Harms.Count == 0 ? ProxyMode.Pass : road.Harms[^1].Mode;
                Array.ForEach(road.Proxies, proxy => proxy.Mode = mode);
            }
        }
    }

    private sealed record Road(FaultyProxy[] Proxies, string Connection)
    {
        public List<Harm> Harms { get; } = [];
    }

    private sealed class Harm(ProxyMode mode, Action<Harm> end) : IAsyncDisposable
    {
        public ProxyMode Mode { get; } = mode;

        public ValueTask DisposeAsync()
        {
            end(this);
            return default;
        }
    }
}
