namespace Everturn.Dialogs.Flows;

/// <summary>The external call of a flow's step has failed (ET1114).</summary>
/// <remarks>
/// A flow that catches it goes on, and the failure is recorded: later replays throw it again, without calling and without
/// <see cref="Exception.InnerException"/>. A flow that does not catch it fails its turn, and nothing is recorded.
/// </remarks>
/// <param name="step">The step's name.</param>
/// <param name="reason">What the call threw, in words.</param>
/// <param name="innerException">What it threw; null in a replay.</param>
public sealed class FlowStepException(string step, string reason, Exception? innerException = null)
    : Exception($"ET1114: the step '{step}' failed: {reason}", innerException)
{
    /// <summary>What the call threw, in words.</summary>
    public string Reason { get; } = reason;
}
