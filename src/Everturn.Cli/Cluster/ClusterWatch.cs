using Everturn.Cli.Admin;
using Everturn.Gateway;
using GatewayNodeState = Everturn.Gateway.NodeState;

namespace Everturn.Cli.Cluster;

/// <summary>Keeps the gateway's directory of nodes current from what happens to their processes, and puts both views into one status.</summary>
/// <remarks>Holds no lock: it is called under a node's, and asks all nodes for their state.</remarks>
internal sealed class ClusterWatch(LocalCluster cluster)
{
    private volatile Gateway? _gateway;

    public LocalCluster Cluster => cluster;

    /// <summary>Tells this gateway from now on.</summary>
    public void Attach(GatewayTopology topology, string url) => _gateway = new(topology, url);

    /// <summary>A node changed its state. A dead process is known to be dead: the gateway need not find out.</summary>
    public void NodeChanged(NodeSnapshot node)
    {
        if (_gateway is not { Topology: var topology })
        {
            return;
        }

        if (node.State == NodeState.Dead)
        {
            topology.MarkDead(node.Name);
        }
        else if (node is { State: NodeState.Ready, Url: { } url } && !topology.GetSnapshot().Nodes.Any(known => known.Name == node.Name && known.Url == url))
        {
            topology.SetNode(node.Region, node.Name, url);
        }
    }

    /// <summary>Waits until the gateway sends requests to every node.</summary>
    public async Task WaitUntilRoutedAsync(CancellationToken cancellationToken)
    {
        if (_gateway is { Topology: var topology })
        {
            await topology.WaitForAsync(
                seen => seen.Nodes.Count(node => node.State == GatewayNodeState.Ready) == cluster.Nodes.Count, cancellationToken);
        }
    }

    /// <summary>A node is ready when its process runs and the gateway finds it so.</summary>
    public ClusterStatus Status()
    {
        var gateway = _gateway;
        var routed = gateway?.Topology.GetSnapshot().Nodes
            .Where(node => node.State == GatewayNodeState.Ready)
            .Select(node => node.Name)
            .ToHashSet(StringComparer.Ordinal) ?? [];
        var nodes = cluster.Snapshot().Select(node =>
            node.State == NodeState.Ready && !routed.Contains(node.Name) ? node with { State = NodeState.Starting } : node);
        return ClusterStatus.Of(gateway?.Url ?? "", nodes);
    }

    private sealed record Gateway(GatewayTopology Topology, string Url);
}
