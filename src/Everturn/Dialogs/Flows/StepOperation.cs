using Everturn.Turns;

namespace Everturn.Dialogs.Flows;

/// <summary>Makes an external call by a durable step of the turn.</summary>
internal sealed class StepOperation<T>(string name, Func<string, CancellationToken, Task<T>> call) : FlowOperation<T>("once", name)
{
    public override async Task<FlowOutcome<T>> BeginAsync(FlowRun run)
    {
        var step = run.StepName(Words);
        var turn = run.Dc.Context;
        var key = turn.IdempotencyKey(step);
        Exception? thrown = null;
        try
        {
            return new FlowOutcome<T>.Done(await turn.OnceAsync(step, CallAsync, StepDurability.Durable, run.CancellationToken));
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
