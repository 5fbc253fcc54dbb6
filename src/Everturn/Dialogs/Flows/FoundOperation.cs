using Everturn.Turns;

namespace Everturn.Dialogs.Flows;

/// <summary>Makes a value that is another each time, once: a run of the turn after a conflict goes on with the same.</summary>
/// <param name="kind">What it does.</param>
/// <param name="step">Names what it may be exchanged for: a value that is as good at any place in the flow.</param>
/// <param name="find">Makes the value.</param>
internal sealed class FoundOperation<T>(string kind, string step, Func<T> find) : FlowOperation<T>(kind, "")
{
    public override async Task<FlowOutcome<T>> BeginAsync(FlowRun run)
    {
        var turn = run.Dc.Context;
        var name = run.StepOf(step, "found");
        var found = await turn.OnceAsync(TurnSteps.NextName(turn, name), _ => Task.FromResult(find()), StepDurability.Remembered, run.CancellationToken);
        TurnSteps.Return(turn, name);
        return new FlowOutcome<T>.Done(found);
    }
}
