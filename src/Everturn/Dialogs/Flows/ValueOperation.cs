using System.Text.Json;
using Everturn.Turns;

namespace Everturn.Dialogs.Flows;

/// <summary>Makes a value once, in one turn.</summary>
internal sealed class ValueOperation<T>(string kind, string name, Func<Task<T>> make) : FlowOperation<T>(kind, name)
{
    public override async Task<FlowOutcome<T>> BeginAsync(FlowRun run)
    {
        StepResult.ThrowIfNeverKept<T>(Words, JsonSerializerOptions.Web);
        return new FlowOutcome<T>.Done(await make());
    }
}
