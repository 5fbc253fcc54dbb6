namespace Everturn.Dialogs.Flows;

/// <summary>Begins another dialog on a stack within the flow, and waits for its result.</summary>
/// <param name="id">The dialog's id.</param>
/// <param name="dialog">The dialog; null for one of the sets around the flow.</param>
/// <param name="options">What it is begun with.</param>
internal sealed class CallOperation<T>(string id, Dialog? dialog, object? options) : FlowOperation<T>("call", id)
{
    public override async Task<FlowOutcome<T>> BeginAsync(FlowRun run)
    {
        var waiting = new FlowWaiting { Op = Kind, Key = Key, Dialogs = new() };
        return ToOutcome(run, waiting, await Inner(run, waiting).BeginDialogAsync(Words, options, run.CancellationToken));
    }

    public override async Task<FlowOutcome<T>> ContinueAsync(FlowRun run, FlowWaiting waiting) =>
        ToOutcome(run, waiting, await Sound(run, waiting).ContinueDialogAsync(run.CancellationToken));

    public override Task RepromptAsync(FlowRun run, FlowWaiting waiting) => Sound(run, waiting).RepromptDialogAsync(run.CancellationToken);

    private static FlowOutcome<T> ToOutcome(FlowRun run, FlowWaiting waiting, DialogTurnResult result) => result.Status switch
    {
        DialogTurnStatus.Waiting => new FlowOutcome<T>.Waits(waiting),
        _ when run.IsGone => new FlowOutcome<T>.Gone(),
        DialogTurnStatus.Cancelled => new FlowOutcome<T>.Cancelled(),
        _ => new FlowOutcome<T>.Done(result.Result is { } value ? DialogJson.To<T>(DialogJson.ToElement(value)) : default),
    };

    private DialogContext Sound(FlowRun run, FlowWaiting waiting)
    {
        var inner = Inner(run, waiting);
        return inner.BrokenDialog() is { } broken
            ? throw run.Changed($"{waiting} with the dialog '{broken}'", $"no dialog '{broken}', or another of that id")
            : inner;
    }

    private DialogContext Inner(FlowRun run, FlowWaiting waiting)
    {
        var dialogs = new DialogSet();
        if (dialog is not null)
        {
            dialogs.Add(dialog);
        }

        return new(dialogs, run.Dc, waiting.Dialogs ??= new());
    }
}
