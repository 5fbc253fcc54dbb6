using Everturn.Dialogs;

namespace Everturn.Tests.Dialogs;

/// <summary>Puts another dialog above its first on "cover", takes it away on the next message, and gives all up on "cancel".</summary>
internal sealed class Covering : ComponentDialog
{
    public Covering(Dialog flow)
        : base("root")
    {
        AddDialog(flow);
        AddDialog(new WaterfallDialog(
            "cover",
            async (step, token) =>
            {
                await step.Context.SendActivityAsync("covered", token);
                return EndOfTurn;
            },
            (step, token) => step.EndDialogAsync(null, token)));
    }

    protected override Task<DialogTurnResult> OnContinueDialogAsync(DialogContext innerDc, CancellationToken cancellationToken) =>
        innerDc.Context.Activity.Text switch
        {
            "cover" => innerDc.BeginDialogAsync("cover", null, cancellationToken),
            "cancel" => innerDc.CancelAllDialogsAsync(cancellationToken: cancellationToken),
            _ => base.OnContinueDialogAsync(innerDc, cancellationToken),
        };
}
