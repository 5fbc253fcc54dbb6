namespace Everturn.Cli.Verify;

/// <summary>All that a run has to be judged by.</summary>
/// <param name="Conversations">Every conversation of the run.</param>
/// <param name="Faults">Every fault that was tried.</param>
/// <param name="FaultsAsked">The kinds that the run was asked to have.</param>
/// <param name="LeastMessages">How many accepted messages a run of this length must have to count as one.</param>
/// <param name="Nodes">The names of all nodes.</param>
/// <param name="Length">How long the load and the faults lasted.</param>
/// <param name="Limits">How long clients may wait for what a killed node owed them.</param>
internal sealed record RecordedRun(
    IReadOnlyList<RecordedConversation> Conversations,
    IReadOnlyList<InjectedFault> Faults,
    IReadOnlyList<FaultKind> FaultsAsked,
    int LeastMessages,
    IReadOnlyList<string> Nodes,
    TimeSpan Length,
    GapLimits Limits);
