using System.Text.Json;

namespace Everturn.Dialogs;

/// <summary>What a step of a waterfall knows and can do.</summary>
public sealed class WaterfallStepContext : DialogContext
{
    private readonly WaterfallDialog _waterfall;
    private bool _isDone;

    internal WaterfallStepContext(
        WaterfallDialog waterfall, DialogContext dc, JsonElement? options, DialogValues values, int index, DialogReason reason, object? result)
        : base(dc)
    {
        _waterfall = waterfall;
        Options = options;
        Values = values;
        Index = index;
        Reason = reason;
        Result = result;
    }

    /// <summary>What the waterfall was begun with, as JSON; null when with nothing. <see cref="GetOptions{T}"/> reads it typed.</summary>
    public JsonElement? Options { get; }

    /// <summary>What the steps of this waterfall share, kept from turn to turn.</summary>
    public DialogValues Values { get; }

    /// <summary>The number of this step, from 0.</summary>
    public int Index { get; }

    /// <summary>Why the step runs.</summary>
    public DialogReason Reason { get; }

    /// <summary>The result of the dialog that the step before began, what it passed to <see cref="NextAsync"/>, or the user's text.</summary>
    public object? Result { get; }

    /// <summary>What the waterfall was begun with, or the type's default.</summary>
    public T? GetOptions<T>() => Options is { } options ? DialogJson.To<T>(options) : default;

    /// <summary>Runs the next step in this turn.</summary>
    /// <exception cref="InvalidOperationException">The step has called it before (ET1106).</exception>
    public Task<DialogTurnResult> NextAsync(object? result = null, CancellationToken cancellationToken = default)
    {
        if (_isDone)
        {
            throw new InvalidOperationException(
                $"ET1106: step {Index} of the waterfall '{_waterfall.Id}' called NextAsync twice. Return what the first call gave.");
        }

        _isDone = true;
        return _waterfall.ResumeDialogAsync(this, DialogReason.NextCalled, result, cancellationToken);
    }
}
