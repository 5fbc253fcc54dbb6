using System.Text.RegularExpressions;

namespace Everturn.Testing;

/// <summary>A moment in a turn at which a node may die.</summary>
public sealed partial class CrashPoint
{
    private readonly string? _step;

    private CrashPoint(Moment at, string? step = null)
    {
        At = at;
        _step = step;
    }

    internal enum Moment
    {
        BeforeCommit,
        AfterCommit,
        BeforeDelivery,
        AfterDelivery,
        BeforeStep,
        AfterStepCall,
        AfterStep,
    }

    /// <summary>The turn has run, and nothing of it is in the store.</summary>
    public static CrashPoint BeforeCommit { get; } = new(Moment.BeforeCommit);

    /// <summary>The turn is in the store; nobody has been told, and nothing of what it says has left.</summary>
    public static CrashPoint AfterCommit { get; } = new(Moment.AfterCommit);

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

    /// <inheritdoc />
    public override string ToString() => _step is null ? At.ToString() : $"{At}(\"{_step}\")";

    internal bool IsAt(Moment moment, string? step) =>
        At == moment && (_step == step || (step is not null && FlowStep().Match(step) is { Success: true } flow && flow.Groups["name"].Value == _step));

    [GeneratedRegex("^flow:[0-9a-f]{8}:(?<name>.*?)(~[0-9]+)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex FlowStep();
}
