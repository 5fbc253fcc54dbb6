namespace Everturn.Testing.Bots;

/// <summary>One run of a bot for one activity, as the bot's own flow of control knows it.</summary>
/// <param name="what">What it is, within a sentence.</param>
/// <param name="runs">The two runs of the turn that it is one of; null when there is only one.</param>
/// <param name="check">Is told when it calls out; null for nobody.</param>
internal sealed class RunUnderWay(string what, TwoRuns? runs = null, RerunCheck? check = null)
{
    private static readonly AsyncLocal<RunUnderWay?> Ambient = new();
    private static readonly AsyncLocal<string?> AmbientStep = new();

    private int _timers;
    private int _limits;
    private int _inEngine;

    /// <summary>The run that the caller belongs to; null outside of any.</summary>
    public static RunUnderWay? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    /// <summary>The step whose call the caller belongs to; null outside of any.</summary>
    public static string? Step
    {
        get => AmbientStep.Value;
        set => AmbientStep.Value = value;
    }

    /// <summary>How far its wall clock is ahead of that of others.</summary>
    public TimeSpan Shift => runs?.Shift ?? TimeSpan.Zero;

    /// <summary>Whether it is only there to be compared with the one before.</summary>
    public bool IsRepetition { get; } = runs is { IsSecond: true };

    /// <summary>What it waits for, if it is not running.</summary>
    public Waiting Waiting => Volatile.Read(ref _timers) > 0 || Volatile.Read(ref _inEngine) > 0 ? Waiting.ForTime
        : Volatile.Read(ref _limits) > 0 ? Waiting.ForOthersInTime
        : Waiting.ForOthers;

    /// <summary>The engine does something for it.</summary>
    public void EnterEngine() => Interlocked.Increment(ref _inEngine);

    public void LeaveEngine() => Interlocked.Decrement(ref _inEngine);

    /// <summary>It waits for virtual time to pass, or does not any more.</summary>
    public void CountTimers(int more) => Interlocked.Add(ref _timers, more);

    /// <summary>It has limited something by virtual time, or does not any more.</summary>
    public void CountLimits(int more) => Interlocked.Add(ref _limits, more);

    /// <summary>It asks something of the outside.</summary>
    public void CallOut(ExternalCall call)
    {
        if (Step is null)
        {
            check?.CalledOut(call, this);
        }
    }

    /// <summary>It comes to a step.</summary>
    public void TakeStep(string step) => runs?.Take(step, IsRepetition);

    /// <summary>It is about to make the call of a step.</summary>
    /// <exception cref="TestBotException">The run before has not come to that step: nothing is to be called that this turn does not call.</exception>
    public void CallStep(string step)
    {
        if (IsRepetition && runs!.IsNew(step))
        {
            throw new TestBotException($"ET8009: {what} comes to the step \"{step}\" only when it runs again.");
        }
    }

    /// <summary>The call of a step has ended.</summary>
    public void StepCalled(string step, bool failed) => runs?.Called(step, IsRepetition, failed);

    /// <summary>What chance gives it: a fraction of one.</summary>
    public double Draw(Func<double> next) => runs?.Draw(next) ?? next();

    public override string ToString() => what;
}
