namespace Everturn.Cli.Cluster;

/// <summary>A node at one moment.</summary>
/// <param name="Name">For instance <c>koreacentral-1</c>.</param>
/// <param name="Region">For instance <c>koreacentral</c>.</param>
/// <param name="State">How it stands.</param>
/// <param name="Url">Where its present process listens; null until it has said so, and when dead.</param>
/// <param name="ProcessId">Its present process; null when dead.</param>
internal sealed record NodeSnapshot(string Name, string Region, NodeState State, string? Url, int? ProcessId);
