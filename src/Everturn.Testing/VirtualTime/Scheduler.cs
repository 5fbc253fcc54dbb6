namespace Everturn.Testing.VirtualTime;

/// <summary>One thread at a time, one seed, virtual time: decides what runs next.</summary>
/// <remarks>
/// Everything that happens is an event at a moment of virtual time. Events of the same moment are spread by a random
/// delay of at most a small spread, so that the seed decides their order; without a spread they happen in the order in which they came.
/// Other threads may add events: a bot under test may leave the scheduler's thread, and comes back by one.
/// </remarks>
/// <param name="random">What the seed decides.</param>
/// <param name="spread">The largest random delay of a continuation; zero for none.</param>
internal sealed class Scheduler(Random random, TimeSpan spread)
{
    /// <summary>The spread of a simulation.</summary>
    public static readonly TimeSpan SimulationSpread = TimeSpan.FromMicroseconds(50);

    private readonly Lock _lock = new();
    private readonly PriorityQueue<Event, (long Ticks, long Number)> _events = new();
    private TaskCompletionSource<bool>? _awaited;
    private long _number;
    private long _now;

    /// <summary>What the seed decides.</summary>
    public Random Random { get; } = random;

    /// <summary>The virtual time since the beginning.</summary>
    public TimeSpan Now => new(Volatile.Read(ref _now));

    /// <summary>How many events have happened.</summary>
    public long Happened { get; private set; }

    /// <summary>Runs an action of a process after a delay.</summary>
    public Event After(TimeSpan delay, Process process, Action action)
    {
        var happening = new Event(process, action);
        TaskCompletionSource<bool>? awaited;
        lock (_lock)
        {
            _events.Enqueue(happening, ((Now + (delay < TimeSpan.Zero ? TimeSpan.Zero : delay)).Ticks, _number++));
            (awaited, _awaited) = (_awaited, null);
        }

        awaited?.TrySetResult(true);
        return happening;
    }

    /// <summary>Runs an action of a process now, in an order that the seed decides.</summary>
    public void Soon(Process process, Action action) =>
        After(spread > TimeSpan.Zero ? spread * Random.NextDouble() : TimeSpan.Zero, process, action);

    /// <summary>A random duration up to a bound.</summary>
    public TimeSpan UpTo(TimeSpan most) => most * Random.NextDouble();

    /// <summary>Runs events until a moment, or until nothing is left to happen.</summary>
    public void RunUntil(TimeSpan until)
    {
        while (TryRunNext(until))
        {
        }
    }

    /// <summary>Runs the next event, if it happens at a moment or before; otherwise that moment is now, and nothing is left to happen before it.</summary>
    public bool TryRunNext(TimeSpan until)
    {
        Event happening;
        lock (_lock)
        {
            if (!_events.TryPeek(out _, out var at) || at.Ticks > until.Ticks)
            {
                Volatile.Write(ref _now, Math.Max(_now, until.Ticks));
                return false;
            }

            happening = _events.Dequeue();
            Volatile.Write(ref _now, Math.Max(_now, at.Ticks));
        }

        if (!happening.IsCancelled)
        {
            Happened++;
            happening.Process.Run(happening);
        }

        return true;
    }

    /// <summary>Waits, in real time, until something is left to happen now; false when that takes longer than <paramref name="patience"/>.</summary>
    public async Task<bool> WaitForOthersAsync(TimeSpan patience)
    {
        TaskCompletionSource<bool> awaited;
        lock (_lock)
        {
            if (_events.TryPeek(out _, out var at) && at.Ticks <= _now)
            {
                return true;
            }

            _awaited = awaited = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        using var real = new CancellationTokenSource(patience);
        await using var end = real.Token.Register(() => awaited.TrySetResult(false));
        return await awaited.Task;
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
