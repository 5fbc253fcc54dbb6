namespace Everturn.Testing.VirtualTime;

/// <summary>The clock of one process: virtual time, shown with the skew of its machine.</summary>
internal sealed class SimulatedTime(Scheduler scheduler, Process process, TimeSpan skew) : TimeProvider
{
    /// <summary>The moment at which virtual time begins.</summary>
    public static readonly DateTimeOffset Beginning = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>That of no place in particular, so that tests do the same everywhere.</summary>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Beginning + scheduler.Now + skew;

    public override long GetTimestamp() => scheduler.Now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimulatedTimer(scheduler, process, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class SimulatedTimer(Scheduler scheduler, Process process, Action callback) : ITimer
    {
        private Event? _next;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _next?.Cancel();
            _next = dueTime == Timeout.InfiniteTimeSpan ? null : scheduler.After(dueTime, process, () =>
            {
                if (period > TimeSpan.Zero)
                {
                    Change(period, period);
                }

                callback();
            });
            return true;
        }

        public void Dispose() => _next?.Cancel();

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
