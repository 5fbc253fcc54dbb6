using Everturn.Cli.Admin;

namespace Everturn.Cli.Cluster;

/// <summary>All nodes of a cluster on this machine.</summary>
internal sealed class LocalCluster : IDisposable
{
    /// <summary>How long nodes may take to finish their work when the cluster stops.</summary>
    public static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    /// <summary>How long nodes may take from start to ready.</summary>
    public static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);

    private readonly ReadinessProbe _probe = new();
    private readonly List<NodeSupervisor> _nodes;

    public LocalCluster(IEnumerable<NodePlan> plans, Action<NodeSnapshot> changed) =>
        _nodes = plans.Select(plan => new NodeSupervisor(plan, _probe, changed)).ToList();

    public IReadOnlyList<NodeSupervisor> Nodes => _nodes;

    public IReadOnlyList<NodeSnapshot> Snapshot() => _nodes.ConvertAll(node => node.Snapshot());

    public void Start() => _nodes.ForEach(node => node.Start());

    /// <summary>Waits until every node is ready.</summary>
    /// <exception cref="CliException">A node died, or took too long.</exception>
    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        var waiting = _nodes.ConvertAll(node => node.FirstReady);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(StartPatience);
        try
        {
            while (waiting.Count > 0)
            {
                var done = await Task.WhenAny(waiting).WaitAsync(patience.Token);
                await done;
                waiting.Remove(done);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var late = _nodes.Where(node => !node.FirstReady.IsCompleted).ToArray();
            throw new CliException(
                ErrorCodes.NodeNotReady,
                $"not ready after {StartPatience.TotalSeconds:0} s: {string.Join(", ", late.Select(node => node.Name))}. Each node must call AddEverturn and MapBot, and reach its store; its log in the data directory says more.")
            {
                // One for all: what keeps several nodes from being ready is mostly the same.
                Details = late.Select(node => node.LastError()).FirstOrDefault(error => error is not null) is { } error ? [error] : [],
            };
        }
    }

    /// <summary>Does what a fault asks for; returns what is wrong with it, or null.</summary>
    /// <remarks>A node that is already as asked for stays so, without an error. Starting and resuming return before the node is ready.</remarks>
    public async Task<FaultRefusal?> ApplyAsync(FaultRequest fault)
    {
        if (FaultAction.Find(fault.Action) is not { } action)
        {
            return new(400, ErrorCodes.BadFault, $"unknown action '{fault.Action}'. Actions: {FaultAction.AllNames}.");
        }

        var targets = action.Scope switch
        {
            FaultScope.Node => _nodes.FindAll(node => node.Name == fault.Target),
            FaultScope.Region => _nodes.FindAll(node => node.Region == fault.Target),
            _ => _nodes,
        };
        if (targets.Count == 0)
        {
            var names = action.Scope == FaultScope.Node ? _nodes.Select(node => node.Name) : _nodes.Select(node => node.Region).Distinct(StringComparer.Ordinal);
            var kind = action.Scope == FaultScope.Node ? "node" : "region";
            return new(404, ErrorCodes.UnknownTarget, $"no {kind} '{fault.Target}'. There are: {string.Join(", ", names)}.");
        }

        try
        {
            var refusals = await Task.WhenAll(targets.Select(action.ApplyAsync));
            return refusals.FirstOrDefault(refusal => refusal is not null);
        }
        catch (CliException exception)
        {
            return new(409, exception.Code, exception.Message[(exception.Code.Length + 2)..]);
        }
    }

    /// <summary>Stops all nodes at once: those still running after <see cref="StopPatience"/> are killed.</summary>
    public Task StopAsync() => Task.WhenAll(_nodes.Select(node => node.StopAsync(StopPatience)));

    /// <summary>Ends all processes now.</summary>
    public void KillAll() => _nodes.ForEach(node => _ = node.KillAsync());

    public void Dispose()
    {
        _nodes.ForEach(node => node.Dispose());
        _probe.Dispose();
    }
}
