namespace Everturn.Testing.VirtualTime;

/// <summary>A process of the simulated world: its continuations and timers, which stop with it.</summary>
internal sealed class Process(Scheduler scheduler) : SynchronizationContext
{
    private readonly Queue<Event> _held = [];
    private bool _paused;

    /// <summary>Whether it was killed: nothing of it happens any more.</summary>
    public bool IsDead => DiedAt is not null;

    /// <summary>When it was killed; null while it was not.</summary>
    public TimeSpan? DiedAt { get; private set; }

    public void Kill() => DiedAt ??= scheduler.Now;

    /// <summary>Stops it as SIGSTOP does: what should happen is held, while time goes on.</summary>
    public void Pause() => _paused = true;

    /// <summary>Lets what was held happen now, in its order.</summary>
    public void Resume()
    {
        _paused = false;
        while (_held.TryDequeue(out var happening))
        {
            scheduler.After(TimeSpan.Zero, this, () => Run(happening));
        }
    }

    public void Run(Event happening)
    {
        if (IsDead || happening.IsCancelled)
        {
            return;
        }

        if (_paused)
        {
            _held.Enqueue(happening);
            return;
        }

        var outer = Current;
        SetSynchronizationContext(this);
        try
        {
            happening.Happen();
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }

    public override void Post(SendOrPostCallback d, object? state) => scheduler.Soon(this, () => d(state));

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("Nothing in the engine waits for another thread.");

    public override SynchronizationContext CreateCopy() => this;
}
