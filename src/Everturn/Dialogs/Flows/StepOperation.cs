using System.Text.Json;
using Everturn.Turns;

namespace Everturn.Dialogs.Flows;

/// <summary>Makes an external call by a durable step of the turn.</summary>
internal sealed class StepOperation<T>(string words, Func<string, CancellationToken, Task<T>> call) : FlowOperation<T>("once", words)
{
    public override async Task<FlowOutcome<T>> BeginAsync(FlowRun run)
    {
        StepResult.ThrowIfNeverKept<T>(Words, JsonSerializerOptions.Web);
        var turn = run.Dc.Context;
        await TurnSteps.JournalFoundAsync(turn, run.CancellationToken);
        var step = run.StepOf(Words);
        var name = TurnSteps.NextName(turn, step);
        var key = turn.IdempotencyKey(name);
        Exception? thrown = null;
        try
        {
            var result = await turn.OnceAsync(name, CallAsync, StepDurability.Durable, run.CancellationToken);
            TurnSteps.Return(turn, step);
            return new FlowOutcome<T>.Done(result);
        }
        catch (Exception exception) when (exception == thrown && !run.CancellationToken.IsCancellationRequested)
        {
            return new FlowOutcome<T>.Failed(exception);
        }

        // Only what the call itself throws is a result; what the engine throws ends the turn.
        async Task<T> CallAsync(CancellationToken cancellationToken)
        {
            try
            {
                return await call(key, cancellationToken);
            }
            catch (Exception exception)
            {
                thrown = exception;
                throw;
            }
        }
    }
}
