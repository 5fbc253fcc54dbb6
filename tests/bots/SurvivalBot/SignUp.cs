using Everturn.Dialogs;
using Everturn.Dialogs.Prompts;
using Everturn.Turns;

namespace SurvivalBot;

/// <summary>Two questions and an answer, as a waterfall.</summary>
internal sealed class SignUp : ComponentDialog
{
    public SignUp()
        : base("sign up")
    {
        AddDialog(new WaterfallDialog("steps", AskNameAsync, AskAgeAsync, EndAsync));
        AddDialog(new TextPrompt("name"));
        AddDialog(new NumberPrompt<int>("age"));
    }

    private static Task<DialogTurnResult> AskNameAsync(WaterfallStepContext step, CancellationToken cancellationToken) =>
        step.PromptAsync("name", new PromptOptions { Prompt = MessageFactory.Text("What is your name?") }, cancellationToken);

    private static Task<DialogTurnResult> AskAgeAsync(WaterfallStepContext step, CancellationToken cancellationToken)
    {
        step.Values.Set("name", (string)step.Result!);
        return step.PromptAsync("age", new PromptOptions { Prompt = MessageFactory.Text("How old are you?") }, cancellationToken);
    }

    private static async Task<DialogTurnResult> EndAsync(WaterfallStepContext step, CancellationToken cancellationToken)
    {
        await step.Context.SendActivityAsync($"Hello {step.Values.Get<string>("name")}, {step.Result}.", cancellationToken);
        return await step.EndDialogAsync(cancellationToken: cancellationToken);
    }
}
