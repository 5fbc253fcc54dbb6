namespace Everturn.Gateway;

/// <summary>A region at one moment.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Healthy">Whether at least one of its nodes is ready.</param>
/// <param name="Latency">The lowest latency of its ready nodes; null when none is ready.</param>
/// <param name="Nodes">Its nodes, ordered by name.</param>
public sealed record RegionSnapshot(string Name, bool Healthy, TimeSpan? Latency, IReadOnlyList<NodeSnapshot> Nodes);
