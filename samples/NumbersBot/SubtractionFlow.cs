using Everturn.Dialogs.Flows;

namespace NumbersBot;

/// <summary>The subtraction as a flow.</summary>
internal sealed class SubtractionFlow() : FlowDialog("subtraction")
{
    protected override async Task<object?> OnRunAsync(FlowContext flow)
    {
        var first = await flow.AskAsync<decimal>(Words.First, validate: Words.Fits);
        var second = await flow.AskAsync<decimal>(Words.Second(first), validate: Words.Fits, name: "second");
        await flow.SayAsync(Words.Result(first - second));
        return first - second;
    }
}
