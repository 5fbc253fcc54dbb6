namespace Everturn.Dialogs.Flows;

/// <summary>The limits and culture of a flow, and what happens when its code has changed under a conversation.</summary>
public sealed class FlowOptions
{
    /// <summary>What happens when the code does not fit what a conversation has recorded. Default: error.</summary>
    public FlowChangePolicy OnChanged { get; set; }

    /// <summary>The culture, such as <c>de-DE</c>, in which answers are read that name none. Default: <c>en-US</c>.</summary>
    public string? DefaultLocale { get; set; }

    /// <summary>
    /// How many results a flow may record before it ends or calls <see cref="FlowContext.ContinueAsNewAsync{T}"/>. Default 1,000; at
    /// least 1. Beyond: ET1111. Each turn replays them, so more makes turns slower.
    /// </summary>
    public int MaxHistory { get; set; } = 1000;

    /// <summary>
    /// How many operations a flow may perform in one turn, those replayed not counted. Default 1,000; at least 1. Beyond: ET1112,
    /// for a loop that never asks anything would not end.
    /// </summary>
    public int MaxOperationsPerTurn { get; set; } = 1000;
}
