namespace Everturn.Testing.Simulation;

/// <summary>One thread, one seed, virtual time: decides what runs next.</summary>
/// <remarks>
/// Everything that happens is an event at a moment of virtual time. Events of the same moment are spread by a random
/// delay of at most <see cref="Spread"/>, so that the seed decides their order.
/// </remarks>
internal sealed class Scheduler(Random random)
{
    private readonly PriorityQueue<Event, (long Ticks, long Number)> _events = new();
    private long _number;

    /// <summary>The largest random delay of a continuation.</summary>
    public static readonly TimeSpan Spread = TimeSpan.FromMicroseconds(50);

    /// <summary>What the seed decides.</summary>
    public Random Random { get; } = random;

    /// <summary>The virtual time since the beginning.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>Runs an action of a process after a delay.</summary>
    public Event After(TimeSpan delay, Process process, Action action)
    {
        var happening = new Event(process, action);
        _events.Enqueue(happening, ((Now + (delay < TimeSpan.Zero ? TimeSpan.Zero : delay)).Ticks, _number++));
        return happening;
    }

    /// <summary>Runs an action of a process now, in an order that the seed decides.</summary>
    public void Soon(Process process, Action action) => After(Spread * Random.NextDouble(), process, action);

    /// <summary>A random duration up to a bound.</summary>
    public TimeSpan UpTo(TimeSpan most) => most * Random.NextDouble();

    /// <summary>Runs events until a moment, or until nothing is left to happen.</summary>
    public void RunUntil(TimeSpan until)
    {
        while (_events.TryPeek(out _, out var at) && at.Ticks <= until.Ticks)
        {
            var happening = _events.Dequeue();
            Now = TimeSpan.FromTicks(at.Ticks);
            if (!happening.IsCancelled)
            {
                happening.Process.Run(happening);
            }
        }

        Now = until;
    }
}

/// <summary>Something that happens at a moment.</summary>
internal sealed class Event(Process process, Action action)
{
    public Process Process { get; } = process;

    public bool IsCancelled { get; private set; }

    public void Cancel() => IsCancelled = true;

    public void Happen() => action();
}
