namespace Everturn.DirectLine.Tests.Running;

/// <summary>The real clock, moved by as much as a test wants.</summary>
internal sealed class MovableTime : TimeProvider
{
    public TimeSpan Offset { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;
}
