namespace Everturn.EndToEnd;

/// <summary>A region as <c>everturn status --json</c> prints it.</summary>
internal sealed record RegionStatus(string Name, bool Healthy, IReadOnlyList<NodeStatus> Nodes);
