namespace Everturn.Cli.Verify;

/// <summary>A fault that was tried.</summary>
/// <param name="Kind">What.</param>
/// <param name="Target">On what.</param>
/// <param name="At">When it took effect, or was tried.</param>
/// <param name="Nodes">The nodes that it ended or stopped; empty for the store and when nothing came of it.</param>
/// <param name="TookEffect">Whether something happened: not when its node was dead already.</param>
internal sealed record InjectedFault(FaultKind Kind, string Target, DateTimeOffset At, IReadOnlyList<string> Nodes, bool TookEffect);
