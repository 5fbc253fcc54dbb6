namespace Everturn.EndToEnd;

/// <summary>What <c>everturn status --json</c> prints.</summary>
internal sealed record ClusterStatus(Uri Gateway, IReadOnlyList<RegionStatus> Regions)
{
    public IEnumerable<NodeStatus> Nodes => Regions.SelectMany(region => region.Nodes);

    public NodeStatus Node(string name) => Nodes.Single(node => node.Name == name);
}
