using Everturn.Turns;

namespace Everturn.Testing.Bots;

/// <summary>One run of a bot for one activity, as the bot's own flow of control knows it.</summary>
internal sealed class RunUnderWay(InboundActivity inbound, int number)
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

    /// <summary>Which run of the turn it is, from 1.</summary>
    public int Number { get; } = number;

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

    public override string ToString() => $"The turn of {Story.Of(inbound.Activity)}";
}
