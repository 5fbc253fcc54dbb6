using System.Globalization;
using System.Text.RegularExpressions;

namespace Everturn.Testing;

/// <summary>A moment in a turn at which a node may die.</summary>
public sealed partial class CrashPoint
{
    private readonly string? _step;
    private readonly int _write;

    private CrashPoint(Moment at, string? step = null, int write = 0)
    {
        At = at;
        _step = step;
        _write = write;
    }

    internal enum Moment
    {
        BeforeCommit,
        AfterCommit,
        AfterQueued,
        BeforeDelivery,
        AfterDelivery,
        BeforeStep,
        AfterStepCall,
        AfterStep,
        BeforeWrite,
        AfterWrite,
    }

    /// <summary>The turn has run, and nothing of it is in the store.</summary>
    public static CrashPoint BeforeCommit { get; } = new(Moment.BeforeCommit);

    /// <summary>The turn is in the store; nobody has been told, and nothing of what it says has left.</summary>
    public static CrashPoint AfterCommit { get; } = new(Moment.AfterCommit);

    /// <summary>The activity of a queued bot, or the event of a timer, stands in the queue; its turn has not begun.</summary>
    public static CrashPoint AfterQueued { get; } = new(Moment.AfterQueued);

    /// <summary>The first activity is about to leave.</summary>
    public static CrashPoint BeforeDelivery { get; } = new(Moment.BeforeDelivery);

    /// <summary>The first activity has reached the channel; no node knows.</summary>
    public static CrashPoint AfterDelivery { get; } = new(Moment.AfterDelivery);

    internal Moment At { get; }

    /// <summary>The call of a step is about to be made.</summary>
    /// <param name="step">The step's name; of a flow's step, the name in the flow.</param>
    public static CrashPoint BeforeStep(string step) => new(Moment.BeforeStep, step);

    /// <summary>The call of a step has returned, and its result is not in the journal: the call will be made again.</summary>
    /// <param name="step">The step's name; of a flow's step, the name in the flow.</param>
    public static CrashPoint AfterStepCall(string step) => new(Moment.AfterStepCall, step);

    /// <summary>The result of a step is known, and in the journal if the step is durable.</summary>
    /// <param name="step">The step's name; of a flow's step, the name in the flow.</param>
    public static CrashPoint AfterStep(string step) => new(Moment.AfterStep, step);

    /// <summary>A write to the store is about to take effect, whatever it is.</summary>
    /// <param name="number">Which one from now on, from 1.</param>
    public static CrashPoint BeforeWrite(int number) => AtWrite(Moment.BeforeWrite, number);

    /// <summary>A write to the store, whatever it is, has taken effect, and the node does not know.</summary>
    /// <param name="number">Which one from now on, from 1.</param>
    public static CrashPoint AfterWrite(int number) => AtWrite(Moment.AfterWrite, number);

    /// <inheritdoc />
    public override string ToString() => this switch
    {
        { _step: { } step } => $"{At}(\"{step}\")",
        { IsAtWrite: true } => string.Create(CultureInfo.InvariantCulture, $"{At}({_write})"),
        _ => At.ToString(),
    };

    /// <summary>Whether it is a write of some number, which may come late.</summary>
    internal bool IsAtWrite => _write > 0;

    internal bool IsAt(Moment moment, int write) => At == moment && _write == write;

    internal bool IsAt(Moment moment, string? step) =>
        At == moment && (_step == step || (step is not null && FlowStep().Match(step) is { Success: true } flow && flow.Groups["name"].Value == _step));

    private static CrashPoint AtWrite(Moment moment, int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        return new(moment, write: number);
    }

    [GeneratedRegex("^flow:[0-9a-f]{8}:(?<name>.*?)(~[0-9]+)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex FlowStep();
}
