namespace Everturn.Storage.AzureBlobs.Tests;

/// <summary>A clock that goes on when a test says so.</summary>
internal sealed class VirtualTime : TimeProvider
{
    private long _ticks;

    public DateTimeOffset Start { get; } = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    public TimeSpan Elapsed => TimeSpan.FromTicks(Interlocked.Read(ref _ticks));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => Start + Elapsed;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
