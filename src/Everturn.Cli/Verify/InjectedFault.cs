namespace Everturn.Cli.Verify;

/// <summary>A fault that was tried.</summary>
/// <param name="Kind">What.</param>
/// <param name="Target">On what.</param>
/// <param name="At">When it took effect, or was tried.</param>
/// <param name="Until">When it was over: the nodes ready again, the store reached again.</param>
/// <param name="Nodes">The nodes that it ended or stopped, or the store; empty when nothing came of it.</param>
/// <param name="TookEffect">Whether something happened: not when its node was dead already.</param>
internal sealed record InjectedFault(FaultKind Kind, string Target, DateTimeOffset At, DateTimeOffset Until, IReadOnlyList<string> Nodes, bool TookEffect)
{
    /// <summary>Whether it kept nodes from the store.</summary>
    public bool HeldStoreUp { get; init; }
}
