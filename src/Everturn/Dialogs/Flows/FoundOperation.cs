using Everturn.Turns;

namespace Everturn.Dialogs.Flows;

/// <summary>Makes a value that is another each time, once: a run of the turn after a conflict goes on with the same.</summary>
/// <remarks>
/// It costs no write by itself. A call that the flow makes later in the turn may hang on it, so the journal gets it before that: whoever
/// runs the turn again has the results of both, or of neither.
/// </remarks>
/// <param name="kind">What it does.</param>
/// <param name="step">Names what it may be exchanged for: a value that is as good at any place in the flow.</param>
/// <param name="find">Makes the value.</param>
internal sealed class FoundOperation<T>(string kind, string step, Func<T> find) : FlowOperation<T>(kind, "")
{
    public override async Task<FlowOutcome<T>> BeginAsync(FlowRun run)
    {
        var turn = run.Dc.Context;
        var name = run.StepOf(step, "found");
        var place = TurnSteps.NextName(turn, name);
        var found = await turn.OnceAsync(place, _ => Task.FromResult(find()), StepDurability.Remembered, run.CancellationToken);
        TurnSteps.Return(turn, name);
        TurnSteps.OweJournal(turn, JournalAsync);
        return new FlowOutcome<T>.Done(found);

        async Task JournalAsync(CancellationToken cancellationToken)
        {
            var first = await turn.OnceAsync(place, _ => Task.FromResult(found), StepDurability.Durable, cancellationToken);
            if (!EqualityComparer<T>.Default.Equals(first, found))
            {
                // Another node was here first, and this run has gone on with a value of its own.
                throw new TurnSupersededException();
            }
        }
    }
}
