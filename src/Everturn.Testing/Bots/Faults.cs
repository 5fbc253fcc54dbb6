namespace Everturn.Testing.Bots;

/// <summary>Something that is to go wrong.</summary>
internal abstract record Fault
{
    private Fault()
    {
    }

    public sealed record Conflict : Fault
    {
        public override string ToString() => "Conflict()";
    }

    public sealed record Crash(CrashPoint At) : Fault
    {
        public override string ToString() => $"Crash({At})";
    }

    public sealed record Duplicate(bool AtOnce) : Fault
    {
        public override string ToString() => "DuplicateDelivery()";
    }
}

/// <summary>What is to go wrong, until it has.</summary>
internal sealed class Faults
{
    private readonly Lock _lock = new();
    private readonly List<(Fault Fault, int Actions, int Writes)> _armed = [];
    private int _actions;
    private int _writes;

    /// <summary>How many writes have begun.</summary>
    public int Writes => _writes;

    public void Arm(Fault fault)
    {
        lock (_lock)
        {
            _armed.Add((fault, _actions, _writes));
        }
    }

    /// <summary>The test does something that may begin a turn.</summary>
    public void Act() => Interlocked.Increment(ref _actions);

    /// <summary>A fault that should have happened, after what the test has done since; null when there is none.</summary>
    public Fault? Missed()
    {
        lock (_lock)
        {
            return _armed.Find(armed => armed.Actions < _actions && armed.Fault is not Fault.Crash { At.IsAtWrite: true }).Fault;
        }
    }

    /// <summary>A write begins.</summary>
    /// <returns>Whether the node dies before it, or after.</returns>
    public (bool Before, bool After) Write()
    {
        lock (_lock)
        {
            _writes++;
            return (TakeAt(CrashPoint.Moment.BeforeWrite), TakeAt(CrashPoint.Moment.AfterWrite));
        }

        bool TakeAt(CrashPoint.Moment moment) =>
            _armed.RemoveAll(armed => armed.Fault is Fault.Crash crash && crash.At.IsAt(moment, _writes - armed.Writes)) > 0;
    }

    /// <summary>Whether it goes wrong now; then it is over.</summary>
    public bool Happens<T>()
        where T : Fault => Take<T>(_ => true) is not null;

    public bool Crashes(CrashPoint.Moment moment, string? step = null) => Take<Fault.Crash>(crash => crash.At.IsAt(moment, step)) is not null;

    /// <summary>What goes wrong now; then it is over.</summary>
    public T? Take<T>(Predicate<T> now)
        where T : Fault
    {
        lock (_lock)
        {
            var at = _armed.FindIndex(armed => armed.Fault is T fault && now(fault));
            if (at < 0)
            {
                return null;
            }

            var taken = (T)_armed[at].Fault;
            _armed.RemoveAt(at);
            return taken;
        }
    }
}
