using System.Collections.Immutable;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Storage;
using Everturn.Turns;
using Everturn.Users;

namespace Everturn.Hosting;

/// <summary>What a node gives its conversations: its store, its clock, its randomness, its name.</summary>
internal sealed class NodeContext
{
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private readonly Random _random;

    public NodeContext(EverturnOptions options, IStore store, ChannelRouter channels, TimeProvider time, Random random, EngineLog log)
    {
        _random = random;
        Options = options;
        Store = store;
        Channels = channels;
        Time = time;
        Log = log;
        Users = new UserRecords(this);
        Cache = new RecordCache(options.CacheBytes);
        Budget = new TurnBudget(options);
        Circuit = new StoreCircuit(this);
        Takeovers = new TakeoverAllowance(options.MaxTakeoversPerSecond, time);
        Handovers = new TakeoverAllowance(options.MaxTakeoversPerSecond, time);
        Bounds = new(
            options.InboxRetention,
            options.InboxCapacity,
            options.OutboxCapacity,
            options.QueueCapacity,
            options.TimerCapacity,
            options.ActivityIdCapacity,
            options.ConversationExpiry,
            options.TombstoneRetention);
        Incarnation = $"{options.Node}#{Convert.ToHexStringLower(RandomBytes(8))}";
    }

    public EverturnOptions Options { get; }

    public RecordBounds Bounds { get; }

    public IStore Store { get; }

    public ChannelRouter Channels { get; }

    /// <summary>The way to users' records for what leaves through outboxes.</summary>
    public UserRecords Users { get; }

    public TimeProvider Time { get; }

    public EngineLog Log { get; }

    public RecordCache Cache { get; }

    public TurnBudget Budget { get; }

    public StoreCircuit Circuit { get; }

    public TakeoverAllowance Takeovers { get; }

    /// <summary>How many conversations whose queues wait for a place the node leaves to others: no more than it could take up itself.</summary>
    public TakeoverAllowance Handovers { get; }

    /// <summary>Names this run of the node: a restarted node is another owner of leases.</summary>
    public string Incarnation { get; }

    /// <summary>Stands around the steps of turns; null for nobody.</summary>
    public IStepGuard? StepGuard { get; init; }

    /// <summary>Runs of other nodes that are proven dead.</summary>
    public Departed Departed { get; } = new();

    /// <summary>Cancelled when the node begins to stop.</summary>
    public CancellationTokenSource Stopping { get; } = new();

    /// <summary>The operation that commits turns of this node.</summary>
    /// <param name="ranOn">The record that the first of them ran on.</param>
    /// <param name="effects">What they did.</param>
    /// <param name="state">The state after the last.</param>
    /// <param name="claim">The lease under which the turn of a queued activity was begun.</param>
    public Operation.Turn Turn(
        ConversationRecord ranOn,
        ImmutableArray<TurnEffect> effects,
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> state,
        LeaseClaim? claim = null) => new(
            ranOn.Revision,
            ranOn.Stamp,
            NewStamp(),
            effects,
            state,
            claim,
            Incarnation,
            Options.LeaseDuration,
            Bounds,
            Time.GetUtcNow());

    /// <summary>What tells one commit of a revision from another.</summary>
    public string NewStamp() => Convert.ToHexStringLower(RandomBytes(8));

    public byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        lock (_lock)
        {
            _random.NextBytes(bytes);
        }

        return bytes;
    }

    /// <summary>A random part, 50 to 100 percent, of a duration.</summary>
    public TimeSpan Jittered(TimeSpan duration)
    {
        lock (_lock)
        {
            return duration * (0.5 + (_random.NextDouble() / 2));
        }
    }

    /// <summary>Waits exponentially longer with each attempt, never beyond the deadline.</summary>
    public Task BackOffAsync(int attempt, Deadline deadline)
    {
        var wait = Jittered(Backoff(FirstBackoff, LongestBackoff, attempt));
        return DelayAsync(wait < deadline.Remaining ? wait : deadline.Remaining, CancellationToken.None);
    }

    /// <summary>As the other one, until it is cancelled.</summary>
    public Task BackOffAsync(int attempt, CancellationToken cancellationToken) =>
        DelayAsync(Jittered(Backoff(FirstBackoff, LongestBackoff, attempt)), cancellationToken);

    public static TimeSpan Backoff(TimeSpan first, TimeSpan longest, int attempt)
    {
        var wait = first * Math.Pow(2, Math.Min(attempt, 30));
        return wait < longest ? wait : longest;
    }

    /// <summary>Waits. Task.Delay cuts fractions of a millisecond off, so that a loop towards a deadline would spin: they are rounded up.</summary>
    public Task DelayAsync(TimeSpan duration, CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(duration.TotalMilliseconds)), Time, cancellationToken);

    public CancellationTokenSource CancelAfter(TimeSpan duration) => new(duration, Time);
}
