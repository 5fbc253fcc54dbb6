namespace Everturn.Cli.Verify;

/// <summary>All that a run has to be judged by.</summary>
/// <param name="Conversations">Every conversation of the run.</param>
/// <param name="Faults">Every fault that was tried.</param>
/// <param name="FaultsAsked">The kinds that the run was asked to have.</param>
/// <param name="LeastMessages">How many accepted messages a run of this length must have to count as one.</param>
internal sealed record RecordedRun(
    IReadOnlyList<RecordedConversation> Conversations, IReadOnlyList<InjectedFault> Faults, IReadOnlyList<FaultKind> FaultsAsked, int LeastMessages);
