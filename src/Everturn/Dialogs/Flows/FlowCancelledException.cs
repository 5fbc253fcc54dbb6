namespace Everturn.Dialogs.Flows;

/// <summary>A dialog that a flow had called was cancelled, so that it has no result (ET1125).</summary>
/// <remarks>
/// A flow that catches it goes on, and the cancellation is recorded: later replays throw it again. A flow that does not catch it is
/// cancelled, too, as by <see cref="FlowContext.CancelAsync"/>.
/// </remarks>
/// <param name="dialog">The dialog's id.</param>
public sealed class FlowCancelledException(string dialog)
    : Exception($"ET1125: the dialog '{dialog}' was cancelled, so that it has no result. Catch this where the flow calls it, or let the flow be cancelled, too.");
