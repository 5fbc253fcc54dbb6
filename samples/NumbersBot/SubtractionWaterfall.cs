using Everturn.Dialogs;
using Everturn.Dialogs.Prompts;
using Everturn.Turns;

namespace NumbersBot;

/// <summary>The subtraction as a waterfall of two prompts.</summary>
internal sealed class SubtractionWaterfall : ComponentDialog
{
    private const string Number = "number";

    public SubtractionWaterfall()
        : base("subtraction")
    {
        AddDialog(new WaterfallDialog("steps", AskFirstAsync, AskSecondAsync, AnswerAsync));
        AddDialog(new NumberPrompt<decimal>(Number, (answer, _) =>
            Task.FromResult(answer.Recognized.Succeeded && Words.Fits(answer.Recognized.Value))));
    }

    private static Task<DialogTurnResult> AskFirstAsync(WaterfallStepContext step, CancellationToken cancellationToken) =>
        step.PromptAsync(Number, new PromptOptions { Prompt = MessageFactory.Text(Words.First) }, cancellationToken);

    private static Task<DialogTurnResult> AskSecondAsync(WaterfallStepContext step, CancellationToken cancellationToken)
    {
        var first = (decimal)step.Result!;
        step.Values.Set("first", first);
        return step.PromptAsync(Number, new PromptOptions { Prompt = MessageFactory.Text(Words.Second(first)) }, cancellationToken);
    }

    private static async Task<DialogTurnResult> AnswerAsync(WaterfallStepContext step, CancellationToken cancellationToken)
    {
        var difference = step.Values.Get<decimal>("first") - (decimal)step.Result!;
        await step.Context.SendActivityAsync(Words.Result(difference), cancellationToken);
        return await step.EndDialogAsync(difference, cancellationToken);
    }
}
