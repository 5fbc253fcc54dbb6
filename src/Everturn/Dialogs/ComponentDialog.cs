namespace Everturn.Dialogs;

/// <summary>A dialog made of dialogs, with a stack of its own.</summary>
/// <remarks>Override <see cref="OnContinueDialogAsync"/> to look at what the user says before the inner dialogs do: for help, or to cancel.</remarks>
/// <param name="id">The component's id.</param>
public class ComponentDialog(string id) : Dialog(id)
{
    internal const string StackName = "dialogs";

    /// <summary>The inner dialog that is begun first. Default: the one that was added first.</summary>
    public string? InitialDialogId { get; set; }

    /// <summary>The inner dialogs.</summary>
    protected DialogSet Dialogs { get; } = new();

    /// <summary>Adds an inner dialog. Call it in the constructor.</summary>
    /// <exception cref="ArgumentException">Another inner dialog has that id (ET1102).</exception>
    public ComponentDialog AddDialog(Dialog dialog)
    {
        ArgumentNullException.ThrowIfNull(dialog);
        Dialogs.Add(dialog);
        InitialDialogId ??= dialog.Id;
        return this;
    }

    /// <inheritdoc />
    public sealed override async Task<DialogTurnResult> BeginDialogAsync(
        DialogContext dc, object? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dc);
        var own = dc.ActiveDialog!;
        return await EndWhenInnerEndedAsync(dc, own, await OnBeginDialogAsync(Inner(dc, own), options, cancellationToken), cancellationToken);
    }

    /// <inheritdoc />
    public sealed override async Task<DialogTurnResult> ContinueDialogAsync(DialogContext dc, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dc);
        var own = dc.ActiveDialog!;
        return await EndWhenInnerEndedAsync(dc, own, await OnContinueDialogAsync(Inner(dc, own), cancellationToken), cancellationToken);
    }

    /// <summary>A dialog that was put above this one has ended: the inner dialog goes on where it waits.</summary>
    public sealed override async Task<DialogTurnResult> ResumeDialogAsync(
        DialogContext dc, DialogReason reason, object? result = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dc);
        await RepromptDialogAsync(dc, dc.ActiveDialog!, cancellationToken);
        return EndOfTurn;
    }

    /// <inheritdoc />
    public sealed override async Task RepromptDialogAsync(DialogContext dc, DialogInstance instance, CancellationToken cancellationToken = default)
    {
        await Inner(dc, instance).RepromptDialogAsync(cancellationToken);
        await OnRepromptDialogAsync(dc, instance, cancellationToken);
    }

    /// <inheritdoc />
    public sealed override async Task EndDialogAsync(
        DialogContext dc, DialogInstance instance, DialogReason reason, CancellationToken cancellationToken = default)
    {
        if (reason is DialogReason.CancelCalled or DialogReason.ReplaceCalled)
        {
            await Inner(dc, instance).CancelAllDialogsAsync(cancellationToken: cancellationToken);
        }

        await OnEndDialogAsync(dc, instance, reason, cancellationToken);
    }

    /// <inheritdoc />
    public override bool CanContinue(DialogContext dc, DialogInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return instance.State.Has(StackName) && BrokenWithin(dc, instance) is null;
    }

    /// <summary>The id of the inner dialog that cannot go on; null when all can.</summary>
    internal string? BrokenWithin(DialogContext dc, DialogInstance instance) =>
        instance.State.Has(StackName) ? Inner(dc, instance).BrokenDialog() : null;

    /// <summary>Begins the initial dialog.</summary>
    protected virtual Task<DialogTurnResult> OnBeginDialogAsync(DialogContext innerDc, object? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(innerDc);
        return innerDc.BeginDialogAsync(
            InitialDialogId ?? throw new InvalidOperationException($"ET1104: the component '{Id}' has no dialogs. Add one in its constructor."),
            options,
            cancellationToken);
    }

    /// <summary>Gives the activity to the inner dialogs.</summary>
    protected virtual Task<DialogTurnResult> OnContinueDialogAsync(DialogContext innerDc, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(innerDc);
        return innerDc.ContinueDialogAsync(cancellationToken);
    }

    /// <summary>The component is about to leave its stack.</summary>
    protected virtual Task OnEndDialogAsync(
        DialogContext dc, DialogInstance instance, DialogReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The inner dialog has asked its question again.</summary>
    protected virtual Task OnRepromptDialogAsync(DialogContext dc, DialogInstance instance, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    /// <summary>The inner dialogs have ended; ends the component with their result.</summary>
    protected virtual Task<DialogTurnResult> EndComponentAsync(DialogContext outerDc, object? result, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(outerDc);
        return outerDc.EndDialogAsync(result, cancellationToken);
    }

    private DialogContext Inner(DialogContext outer, DialogInstance own) =>
        new(Dialogs, outer, own.State.GetOrCreate(StackName, () => new DialogState()));

    private async Task<DialogTurnResult> EndWhenInnerEndedAsync(
        DialogContext dc, DialogInstance own, DialogTurnResult inner, CancellationToken cancellationToken)
    {
        // Those who cancelled the parents, too, have taken this component off its stack already.
        if (inner.Status is DialogTurnStatus.Waiting || dc.ActiveDialog != own)
        {
            return inner;
        }

        var result = await EndComponentAsync(dc, inner.Result, cancellationToken);
        return (inner.Status, result.Status) is (DialogTurnStatus.Cancelled, DialogTurnStatus.Complete) ? inner : result;
    }
}
