using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Storage;

namespace Everturn.Hosting;

/// <summary>What a node gives its conversations: its store, its clock, its randomness, its name.</summary>
internal sealed class NodeContext(
    EverturnOptions options, IStore store, ChannelRouter channels, TimeProvider time, Random random, EngineLog log)
{
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();

    public EverturnOptions Options { get; } = options;

    public IStore Store { get; } = store;

    public ChannelRouter Channels { get; } = channels;

    public TimeProvider Time { get; } = time;

    public EngineLog Log { get; } = log;

    public RecordCache Cache { get; } = new(options.CacheBytes);

    /// <summary>Names this run of the node: a restarted node is another owner of leases.</summary>
    public string Incarnation { get; } = $"{options.Node}#{Convert.ToHexStringLower(Bytes(random, 8))}";

    /// <summary>Runs of other nodes that are proven dead.</summary>
    public Departed Departed { get; } = new();

    /// <summary>Cancelled when the node begins to stop.</summary>
    public CancellationTokenSource Stopping { get; } = new();

    public byte[] RandomBytes(int count)
    {
        lock (_lock)
        {
            return Bytes(random, count);
        }
    }

    /// <summary>A random part, 50 to 100 percent, of a duration.</summary>
    public TimeSpan Jittered(TimeSpan duration)
    {
        lock (_lock)
        {
            return duration * (0.5 + (random.NextDouble() / 2));
        }
    }

    /// <summary>Waits exponentially longer with each attempt, never beyond the deadline.</summary>
    public Task BackOffAsync(int attempt, Deadline deadline)
    {
        var wait = Jittered(Backoff(FirstBackoff, LongestBackoff, attempt));
        return DelayAsync(wait < deadline.Remaining ? wait : deadline.Remaining, CancellationToken.None);
    }

    public static TimeSpan Backoff(TimeSpan first, TimeSpan longest, int attempt)
    {
        var wait = first * Math.Pow(2, Math.Min(attempt, 30));
        return wait < longest ? wait : longest;
    }

    public Task DelayAsync(TimeSpan duration, CancellationToken cancellationToken) => Task.Delay(duration, Time, cancellationToken);

    public CancellationTokenSource CancelAfter(TimeSpan duration) => new(duration, Time);

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
