namespace Everturn.Dialogs.Flows;

/// <summary>How much a flow may still do in this turn.</summary>
internal sealed class FlowBudget(int operations)
{
    private int _left = operations;

    public bool TrySpend() => _left-- > 0;
}
