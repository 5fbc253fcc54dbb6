namespace Everturn.Conversations;

/// <summary>A moment by the node's monotonic clock after which nothing more is begun.</summary>
internal readonly struct Deadline(TimeProvider time, TimeSpan duration)
{
    private readonly long _start = time.GetTimestamp();

    /// <summary>What is left; zero when it has passed.</summary>
    public TimeSpan Remaining
    {
        get
        {
            var left = duration - time.GetElapsedTime(_start);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    public bool HasPassed => Remaining == TimeSpan.Zero;

    /// <summary>This moment, or so long from now when that is earlier.</summary>
    public Deadline AtMost(TimeSpan longest) => new(time, Remaining is var left && left < longest ? left : longest);
}
