namespace Everturn.Dialogs.Flows;

/// <summary>A dialog written as one async method, which waits for the user by awaiting.</summary>
/// <remarks>
/// The method does not stay in memory while it waits. Each turn runs it again from its beginning: what it awaited in earlier
/// turns returns the recorded results at once and says nothing, until it comes to the question that is open. So between
/// two awaits it must do the same every time: what comes from outside comes through its <see cref="FlowContext"/>.
/// </remarks>
public class FlowDialog : Dialog
{
    private readonly Func<FlowContext, Task<object?>>? _method;
    private readonly FlowOptions _options;

    /// <summary>A flow without a result.</summary>
    /// <param name="id">The dialog's id.</param>
    /// <param name="method">The flow.</param>
    /// <param name="options">Its limits and culture, and what happens when its code changes.</param>
    public FlowDialog(string id, Func<FlowContext, Task> method, FlowOptions? options = null)
        : this(id, options)
    {
        ArgumentNullException.ThrowIfNull(method);
        _method = async flow =>
        {
            await method(flow);
            return null;
        };
    }

    /// <summary>A flow with a result.</summary>
    /// <param name="id">The dialog's id.</param>
    /// <param name="method">The flow; what it returns is the dialog's result.</param>
    /// <param name="options">Its limits and culture, and what happens when its code changes.</param>
    public FlowDialog(string id, Func<FlowContext, Task<object?>> method, FlowOptions? options = null)
        : this(id, options)
    {
        ArgumentNullException.ThrowIfNull(method);
        _method = method;
    }

    /// <summary>For classes that override <see cref="OnRunAsync"/>.</summary>
    /// <param name="id">The dialog's id.</param>
    /// <param name="options">Its limits and culture, and what happens when its code changes.</param>
    protected FlowDialog(string id, FlowOptions? options = null)
        : base(id)
    {
        _options = options ?? new();
        if (_options.MaxHistory < 1 || _options.MaxOperationsPerTurn < 1)
        {
            throw new ArgumentException($"ET1117: MaxHistory and MaxOperationsPerTurn of the flow '{id}' must be at least 1.", nameof(options));
        }
    }

    /// <inheritdoc />
    public sealed override Task<DialogTurnResult> BeginDialogAsync(
        DialogContext dc, object? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dc);
        dc.ActiveDialog!.State.Set(FlowRecord.Name, new FlowRecord { Input = options is null ? null : DialogJson.ToElement(options) });
        return GoOnAsync(dc, cancellationToken);
    }

    /// <inheritdoc />
    public sealed override Task<DialogTurnResult> ContinueDialogAsync(DialogContext dc, CancellationToken cancellationToken = default) =>
        GoOnAsync(dc, cancellationToken);

    /// <summary>A dialog that was put above the flow has ended: the flow asks again, or goes on when its time was over meanwhile.</summary>
    public sealed override async Task<DialogTurnResult> ResumeDialogAsync(
        DialogContext dc, DialogReason reason, object? result = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dc);
        var own = dc.ActiveDialog!;
        if (RecordOf(own).Waiting is not { IsTimedOut: true })
        {
            await RepromptDialogAsync(dc, own, cancellationToken);
            if (RecordOf(own).Waiting is not null)
            {
                return EndOfTurn;
            }
        }

        return await GoOnAsync(dc, cancellationToken);
    }

    /// <inheritdoc />
    public sealed override async Task RepromptDialogAsync(DialogContext dc, DialogInstance instance, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dc);
        if (await RunAsync(dc, RecordOf(instance), FlowMode.Reprompt, new(_options.MaxOperationsPerTurn), cancellationToken) is FlowEnd.Anew(var input))
        {
            // Its code has changed: there is no question to repeat, and the next activity begins it anew.
            instance.State.Set(FlowRecord.Name, new FlowRecord { Input = input });
        }
    }

    /// <inheritdoc />
    public sealed override Task EndDialogAsync(
        DialogContext dc, DialogInstance instance, DialogReason reason, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dc);
        return OpenQuestion.CancelTimersAsync(new DialogState { Stack = [instance] }, dc.Context);
    }

    /// <inheritdoc />
    public sealed override bool CanContinue(DialogContext dc, DialogInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return instance.State.Has(FlowRecord.Name);
    }

    /// <summary>The flow. It is run again in every turn, see the remarks of the class.</summary>
    /// <returns>The dialog's result.</returns>
    protected virtual Task<object?> OnRunAsync(FlowContext flow) => _method is null
        ? throw new InvalidOperationException($"ET1104: the flow '{Id}' has no method. Override OnRunAsync.")
        : _method(flow);

    private static FlowRecord RecordOf(DialogInstance instance) => instance.State.GetOrCreate(FlowRecord.Name, () => new FlowRecord());

    private async Task<DialogTurnResult> GoOnAsync(DialogContext dc, CancellationToken cancellationToken)
    {
        var budget = new FlowBudget(_options.MaxOperationsPerTurn);
        while (true)
        {
            switch (await RunAsync(dc, RecordOf(dc.ActiveDialog!), FlowMode.Continue, budget, cancellationToken))
            {
                case FlowEnd.Anew(var input):
                    dc.ActiveDialog!.State.Set(FlowRecord.Name, new FlowRecord { Input = input });
                    break;
                case FlowEnd.Completed(var result):
                    return await dc.EndDialogAsync(result, cancellationToken);
                case FlowEnd.Cancelled:
                    return await dc.CancelAllDialogsAsync(cancellationToken: cancellationToken);
                case FlowEnd.Gone:
                    return new(DialogTurnStatus.Cancelled);
                default:
                    return EndOfTurn;
            }
        }
    }

    private async Task<FlowEnd> RunAsync(DialogContext dc, FlowRecord record, FlowMode mode, FlowBudget budget, CancellationToken cancellationToken)
    {
        var run = new FlowRun(Id, _options, record, dc, mode, budget, cancellationToken);
        try
        {
            return await run.RunAsync(() => OnRunAsync(new FlowContext(run)));
        }
        catch (FlowChangedException exception) when (exception == run.Difference && _options.OnChanged is FlowChangePolicy.Restart)
        {
            DialogLog.Of(dc.Context).FlowRestarted(Id, dc.Context.Conversation.Id, exception.Position, exception.Recorded, exception.Now);
            await OpenQuestion.CancelTimersAsync(new DialogState { Stack = [dc.ActiveDialog!] }, dc.Context);
            return new FlowEnd.Anew(record.Input);
        }
    }
}
