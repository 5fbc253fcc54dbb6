using System.Threading.Channels;
using Everturn.Gateway.Topology;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Everturn.Gateway;

/// <summary>
/// The directory of regions and nodes. The configuration fills it at the start; whoever starts and stops the nodes keeps it
/// current, and anyone may look at it. Safe to use from any thread.
/// </summary>
public sealed class GatewayTopology
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly ILogger<GatewayTopology> _logger;
    private readonly RegionChooser _chooser;
    private readonly long _origin;
    private readonly List<string> _regions = [];
    private readonly SortedDictionary<string, NodeEntry> _nodes = new(StringComparer.Ordinal);
    private readonly Channel<NodeEntry> _registrations = Channel.CreateUnbounded<NodeEntry>();
    private volatile Routes _routes = Routes.None;
    private volatile bool _hasServed;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal GatewayTopology(IOptions<GatewayOptions> options, TimeProvider time, ILogger<GatewayTopology> logger)
    {
        _time = time;
        _logger = logger;
        _origin = time.GetTimestamp();
        _chooser = new RegionChooser(options.Value.LatencyTolerance, options.Value.RegionSettleTime);
        foreach (var region in options.Value.Regions)
        {
            _regions.Add(region.Name);
            foreach (var node in region.Nodes)
            {
                SetNode(region.Name, node.Name, node.Url);
            }
        }
    }

    /// <summary>Entries to be probed, each once.</summary>
    internal ChannelReader<NodeEntry> Registrations => _registrations.Reader;

    /// <summary>Completes at the next change of a node's state, of the nodes, or of the current region.</summary>
    internal Task Changed => Volatile.Read(ref _changed).Task;

    /// <summary>Adds a node, or gives it a new URL after its process was started again. A new region comes last in order.</summary>
    /// <param name="region">The region's name.</param>
    /// <param name="node">The node's name, unique among all regions.</param>
    /// <param name="url">Where it listens: http or https, host and port.</param>
    /// <exception cref="ArgumentException">A name or the URL is malformed (ET5011).</exception>
    public void SetNode(string region, string node, string url)
    {
        ThrowIfNotName(region, nameof(region));
        ThrowIfNotName(node, nameof(node));
        if (!NodeAddress.TryParse(url, out var address))
        {
            throw new ArgumentException($"ET5011: Node '{node}' cannot be at '{url}'; {NodeAddress.UrlRule}", nameof(url));
        }

        lock (_lock)
        {
            if (!_regions.Contains(region, StringComparer.Ordinal))
            {
                _regions.Add(region);
            }

            var entry = new NodeEntry(node, region, address);
            if (_nodes.TryGetValue(node, out var former))
            {
                former.Retire();
                former.Run.Die();
            }

            _nodes[node] = entry;
            _registrations.Writer.TryWrite(entry);
            Update(changed: true);
        }
    }

    /// <summary>
    /// Says that a node's process has exited. It gets no requests, those in flight to it are repeated elsewhere at once, and it
    /// is probed again only after <see cref="SetNode"/>.
    /// </summary>
    /// <returns>Whether the node is known.</returns>
    public bool MarkDead(string node)
    {
        lock (_lock)
        {
            if (!_nodes.TryGetValue(node, out var entry))
            {
                return false;
            }

            entry.Retire();
            entry.Run.Die();
            SetState(entry, NodeState.Dead, "its process has exited");
            return true;
        }
    }

    /// <summary>Forgets a node. Requests in flight to it are repeated elsewhere.</summary>
    /// <returns>Whether the node was known.</returns>
    public bool RemoveNode(string node)
    {
        lock (_lock)
        {
            if (!_nodes.Remove(node, out var entry))
            {
                return false;
            }

            entry.Retire();
            entry.Run.Die();
            Update(changed: true);
            return true;
        }
    }

    /// <summary>All regions and nodes now.</summary>
    public GatewaySnapshot GetSnapshot()
    {
        lock (_lock)
        {
            var regions = _regions.ConvertAll(region =>
            {
                var nodes = _nodes.Values.Where(node => node.Region == region).Select(node => node.ToSnapshot()).ToArray();
                var ready = Array.FindAll(nodes, node => node.State == NodeState.Ready);
                return new RegionSnapshot(region, ready.Length > 0, ready.Min(node => node.Latency), nodes);
            });
            return new GatewaySnapshot(_chooser.Current, regions);
        }
    }

    /// <summary>Waits until the snapshot fulfils a condition: for instance until all nodes are ready.</summary>
    /// <param name="condition">Asked at once and after each change of a state.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The snapshot that fulfils it.</returns>
    /// <exception cref="OperationCanceledException">The wait was ended before.</exception>
    public async Task<GatewaySnapshot> WaitForAsync(Func<GatewaySnapshot, bool> condition, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(condition);
        while (true)
        {
            var changed = Changed;
            var snapshot = GetSnapshot();
            if (condition(snapshot))
            {
                return snapshot;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The node for a key; one of <paramref name="avoid"/> only when no other is ready; null when none is ready.</summary>
    internal NodeRun? Choose(string key, IReadOnlyCollection<NodeRun> avoid)
    {
        var node = _routes.Choose(key, avoid);
        _hasServed |= node is not null;
        return node;
    }

    /// <summary>
    /// Whether the node is ready by a probe that began after a moment; one is started if need be. Where one node has just been
    /// lost, its neighbour may be going the same way, and the last word on it is up to an interval old.
    /// </summary>
    internal async Task<bool> ConfirmAsync(NodeRun run, long since, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task reported;
            lock (_lock)
            {
                if (!_nodes.TryGetValue(run.Name, out var entry) || entry.Run != run || entry.State != NodeState.Ready)
                {
                    return false;
                }

                if (entry.ProbedAt >= since)
                {
                    return true;
                }

                reported = entry.Reported;
                entry.Nudge();
            }

            await reported.WaitAsync(cancellationToken);
        }
    }

    /// <summary>What a probe found.</summary>
    internal void Report(NodeEntry entry, long began, NodeState state, string? reason, TimeSpan? latency)
    {
        lock (_lock)
        {
            // A probe that was under way when the node was marked dead, replaced or removed says nothing any more.
            if (entry.Retired.IsCancellationRequested)
            {
                return;
            }

            if (latency is { } measured)
            {
                entry.Latency.Add(measured);
            }

            if (state == NodeState.Unready && !entry.HasBeenReady)
            {
                state = NodeState.Starting;
            }
            else if (state == NodeState.Ready)
            {
                entry.HasBeenReady = true;
                entry.Revive();
            }
            else if (state == NodeState.Dead)
            {
                entry.Run.Die();
            }

            SetState(entry, state, reason);
            entry.ProbeEnded(began);
        }
    }

    /// <summary>A request found nobody listening: no need to wait for the next probe.</summary>
    internal void ReportRefused(NodeRun run)
    {
        lock (_lock)
        {
            if (_nodes.TryGetValue(run.Name, out var entry) && entry.Run == run && !run.Lost.IsCancellationRequested)
            {
                run.Die();
                SetState(entry, NodeState.Dead, "it refuses connections");
                entry.Nudge();
            }
        }
    }

    /// <summary>A request's connection broke: the node may be dead, so it is probed now.</summary>
    internal void ReportBroken(NodeRun run)
    {
        lock (_lock)
        {
            if (_nodes.TryGetValue(run.Name, out var entry) && entry.Run == run)
            {
                entry.Nudge();
            }
        }
    }

    private void SetState(NodeEntry entry, NodeState state, string? reason)
    {
        var changed = entry.State != state;
        (entry.State, entry.Reason) = (state, reason);
        if (changed)
        {
            if (state is NodeState.Dead)
            {
                entry.Latency = new LatencyWindow();
            }

            if (state is NodeState.Ready or NodeState.Starting)
            {
                GatewayLog.NodeIsUp(_logger, entry.Name, entry.Region, state, entry.Url);
            }
            else
            {
                GatewayLog.NodeIsDown(_logger, entry.Name, entry.Region, state, reason);
            }
        }

        Update(changed);
    }

    private void Update(bool changed)
    {
        var ready = _nodes.Values.Where(node => node.State == NodeState.Ready).ToLookup(node => node.Region, StringComparer.Ordinal);
        var healthy = new List<(string Name, TimeSpan Latency)>();
        foreach (var region in _regions)
        {
            if (ready.Contains(region))
            {
                healthy.Add((region, ready[region].Min(node => node.Latency.Lowest) ?? TimeSpan.Zero));
            }
        }

        var former = _chooser.Current;
        // Until the first request, whichever node happens to start first decides nothing.
        var current = _chooser.Choose(healthy, _time.GetElapsedTime(_origin), freely: !_hasServed);
        if (current != former)
        {
            changed = true;
            GatewayLog.RegionChosen(_logger, current ?? "(none)", former ?? "(none)");
        }

        // A silent node may come back: what is in flight to it is given up only when somebody else can take it.
        foreach (var node in _nodes.Values)
        {
            if (node.State == NodeState.Silent && healthy.Count > 0 && !node.Run.Lost.IsCancellationRequested)
            {
                node.Run.Lose();
            }
        }

        if (!changed)
        {
            return;
        }

        // Routes first: who is woken by the change must see them.
        _routes = new Routes([.. healthy
            .OrderBy(region => region.Name == current ? TimeSpan.MinValue : region.Latency)
            .Select(region => ready[region.Name].Select(node => node.Run).ToArray())]);
        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    private static void ThrowIfNotName(string name, string parameter)
    {
        if (!NodeAddress.IsName(name))
        {
            throw new ArgumentException($"ET5011: '{name}' cannot name a {parameter}; {NodeAddress.NameRule}", parameter);
        }
    }
}
