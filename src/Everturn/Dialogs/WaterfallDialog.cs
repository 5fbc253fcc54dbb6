using Everturn.Activities;

namespace Everturn.Dialogs;

/// <summary>A dialog of steps, one after the other; each gets the result of the one before.</summary>
public class WaterfallDialog : Dialog
{
    private const string StepName = "step";
    private const string OptionsName = "options";
    private const string ValuesName = "values";

    private readonly List<WaterfallStep> _steps;

    /// <summary>Makes a waterfall.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="steps">Its steps, in order.</param>
    public WaterfallDialog(string id, params IEnumerable<WaterfallStep> steps)
        : base(id) => _steps = [.. steps];

    /// <summary>Adds a step behind the others. Call it before the first turn.</summary>
    public WaterfallDialog AddStep(WaterfallStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        _steps.Add(step);
        return this;
    }

    /// <inheritdoc />
    public override Task<DialogTurnResult> BeginDialogAsync(DialogContext dc, object? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dc);
        var state = dc.ActiveDialog!.State;
        if (options is not null)
        {
            state.Set(OptionsName, DialogJson.ToElement(options));
        }

        state.Set(ValuesName, new DialogValues());
        return RunStepAsync(dc, 0, DialogReason.BeginCalled, null, cancellationToken);
    }

    /// <summary>Runs the next step with the message's text as its result. Activities that are no messages change nothing.</summary>
    public override Task<DialogTurnResult> ContinueDialogAsync(DialogContext dc, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dc);
        return dc.Context.Activity.Type == ActivityTypes.Message
            ? ResumeDialogAsync(dc, DialogReason.ContinueCalled, dc.Context.Activity.Text, cancellationToken)
            : Task.FromResult(EndOfTurn);
    }

    /// <inheritdoc />
    public override Task<DialogTurnResult> ResumeDialogAsync(
        DialogContext dc, DialogReason reason, object? result = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dc);
        return RunStepAsync(dc, dc.ActiveDialog!.State.Get<int>(StepName) + 1, reason, result, cancellationToken);
    }

    /// <inheritdoc />
    public override bool CanContinue(DialogContext dc, DialogInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return instance.State.Has(StepName) && instance.State.Has(ValuesName) && instance.State.Get<int>(StepName) < _steps.Count;
    }

    /// <summary>Runs a step. Override it to see every step.</summary>
    protected virtual Task<DialogTurnResult> OnStepAsync(WaterfallStepContext step, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(step);
        return _steps[step.Index](step, cancellationToken);
    }

    private async Task<DialogTurnResult> RunStepAsync(
        DialogContext dc, int index, DialogReason reason, object? result, CancellationToken cancellationToken)
    {
        if (index >= _steps.Count)
        {
            return await dc.EndDialogAsync(result, cancellationToken);
        }

        var state = dc.ActiveDialog!.State;
        state.Set(StepName, index);
        var step = new WaterfallStepContext(
            this, dc, state.Get<System.Text.Json.JsonElement?>(OptionsName), state.GetOrCreate(ValuesName, () => new DialogValues()), index, reason, result);
        return await OnStepAsync(step, cancellationToken) ?? throw new InvalidOperationException(
            $"ET1105: step {index} of the waterfall '{Id}' returned null. Return what it began, ended or prompted, or Dialog.EndOfTurn.");
    }
}
