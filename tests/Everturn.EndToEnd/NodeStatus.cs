namespace Everturn.EndToEnd;

/// <summary>A node as <c>everturn status --json</c> prints it; state is ready, paused, dead or starting.</summary>
internal sealed record NodeStatus(string Name, Uri? Url, int? Pid, string State);
