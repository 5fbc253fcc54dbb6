namespace Everturn.Dialogs.Flows;

/// <summary>A flow's question was not answered in time (ET1113).</summary>
/// <remarks>A flow that does not catch it is given up, as by <see cref="FlowContext.CancelAsync"/>.</remarks>
/// <param name="question">The question, or its name.</param>
public sealed class FlowTimeoutException(string question)
    : Exception($"ET1113: the question '{question}' was not answered in time. Catch this where the flow asks, or use TryAskAsync.");
