namespace Everturn.Azure.Tests.Clu;

/// <summary>The system's clock, which a test can set forward.</summary>
internal sealed class LeapingClock : TimeProvider
{
    private TimeSpan _ahead;

    public void Leap(TimeSpan time) => _ahead += time;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _ahead;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(_ahead.TotalSeconds * TimestampFrequency);
}
