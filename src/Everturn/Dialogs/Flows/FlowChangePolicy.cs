namespace Everturn.Dialogs.Flows;

/// <summary>What happens when a flow's code does not fit what a conversation has recorded.</summary>
public enum FlowChangePolicy
{
    /// <summary>The turn fails with a <see cref="FlowChangedException"/> (ET1110), and nothing is committed.</summary>
    Error,

    /// <summary>
    /// The flow begins anew with its first input, in the same turn, with a warning in the log (ET1119). Its questions are asked again, and its external calls are made
    /// again: choose it where that does no harm.
    /// </summary>
    Restart,
}
