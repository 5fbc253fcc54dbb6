using Everturn.Cli.Cluster;

namespace Everturn.Cli.Admin;

/// <summary>What `everturn status --json` prints and GET /everturn/status answers.</summary>
/// <param name="Gateway">Where clients go.</param>
/// <param name="Regions">In the order of --regions.</param>
internal sealed record ClusterStatus(string Gateway, IReadOnlyList<RegionStatus> Regions)
{
    public static ClusterStatus Of(string gateway, IEnumerable<NodeSnapshot> nodes) =>
        new(gateway, nodes.GroupBy(node => node.Region, StringComparer.Ordinal).Select(RegionStatus.Of).ToArray());
}

/// <summary>A region and its nodes.</summary>
/// <param name="Name">For instance <c>koreacentral</c>.</param>
/// <param name="Healthy">Whether any of its nodes takes turns.</param>
/// <param name="Nodes">In the order of their numbers.</param>
internal sealed record RegionStatus(string Name, bool Healthy, IReadOnlyList<NodeStatus> Nodes)
{
    public static RegionStatus Of(IGrouping<string, NodeSnapshot> region) => new(
        region.Key,
        region.Any(node => node.State == NodeState.Ready),
        region.Select(node => new NodeStatus(node.Name, node.Url, node.ProcessId, node.State)).ToArray());
}

/// <summary>A node.</summary>
/// <param name="Name">For instance <c>koreacentral-1</c>.</param>
/// <param name="Url">Where it listens; null when it does not.</param>
/// <param name="Pid">Its process; null when it has none.</param>
/// <param name="State">How it stands.</param>
internal sealed record NodeStatus(string Name, string? Url, int? Pid, NodeState State);
