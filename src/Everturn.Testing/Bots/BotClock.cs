namespace Everturn.Testing.Bots;

/// <summary>The clock that a bot sees: virtual time, and which run of it waits for that. The second run of a turn sees another wall time.</summary>
internal sealed class BotClock(TimeProvider time) : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone => time.LocalTimeZone;

    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + (RunUnderWay.Current?.Shift ?? TimeSpan.Zero);

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (RunUnderWay.Current is not { } run)
        {
            return time.CreateTimer(callback, state, dueTime, period);
        }

        // A source of cancellation limits something else that is waited for.
        return new CountedTimer(time, callback, state, state is CancellationTokenSource ? run.CountLimits : run.CountTimers, dueTime, period);
    }

    private sealed class CountedTimer : ITimer
    {
        private readonly ITimer _timer;
        private readonly Action<int> _count;
        private int _isPending;

        public CountedTimer(TimeProvider time, TimerCallback callback, object? state, Action<int> count, TimeSpan dueTime, TimeSpan period)
        {
            _count = count;
            _timer = time.CreateTimer(
                value =>
                {
                    Expect(period > TimeSpan.Zero);
                    callback(value);
                },
                state,
                Timeout.InfiniteTimeSpan,
                period);
            Change(dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Expect(dueTime != Timeout.InfiniteTimeSpan);
            return _timer.Change(dueTime, period);
        }

        public void Dispose()
        {
            Expect(false);
            _timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Expect(false);
            return _timer.DisposeAsync();
        }

        private void Expect(bool isPending)
        {
            var now = isPending ? 1 : 0;
            _count(now - Interlocked.Exchange(ref _isPending, now));
        }
    }
}
