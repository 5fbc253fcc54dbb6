namespace Everturn.Gateway;

/// <summary>A node at one moment.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Region">Its region's name.</param>
/// <param name="Url">Where it listens, without a final slash.</param>
/// <param name="State">What the gateway knows of it.</param>
/// <param name="Reason">Why it is not ready, for a person to read; null when it is.</param>
/// <param name="Latency">The shortest of its recent answers to probes; null when there is none.</param>
public sealed record NodeSnapshot(string Name, string Region, string Url, NodeState State, string? Reason, TimeSpan? Latency);
