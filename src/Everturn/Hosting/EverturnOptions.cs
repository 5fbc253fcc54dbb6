using Everturn.Delivery;

namespace Everturn.Hosting;

/// <summary>What a node needs to know of itself. Bound from the configuration section <c>Everturn</c>.</summary>
public sealed class EverturnOptions
{
    /// <summary>The bot's name, the first segment of every key. Default: the entry assembly's name. Nodes of one bot share it.</summary>
    public string Bot { get; set; } = "";

    /// <summary>This node's name, unique among the bot's nodes. Default: the machine's name and process id.</summary>
    public string Node { get; set; } = "";

    /// <summary>The region this node runs in. Default: <c>local</c>.</summary>
    public string Region { get; set; } = "local";

    /// <summary>
    /// Where state lives, <c>scheme</c> or <c>scheme:connection</c>, for instance <c>sqlite:bot.db</c>. When set, it wins
    /// over the store chosen in code. Default: the store chosen in code, else memory.
    /// </summary>
    public string? Store { get; set; }

    /// <summary>The largest inbound activity, in bytes. Default 262,144; range 1,024 to 4,194,304. Beyond: 413.</summary>
    public int MaxActivityBytes { get; set; } = 256 * 1024;

    /// <summary>The largest conversation record, in bytes. Default 1,048,576; range 65,536 to 16,777,216. A turn that would exceed it fails and commits nothing.</summary>
    public int MaxRecordBytes { get; set; } = 1024 * 1024;

    /// <summary>How long a turn may take in all, re-runs included, before the channel is answered 503. Default 12 s; range 100 ms to 10 min.</summary>
    public TimeSpan TurnDeadline { get; set; } = TimeSpan.FromSeconds(12);

    /// <summary>The lease of a conversation's tender. Default 1 s; range 100 ms to 1 min. Shorter recovers sooner and renews oftener.</summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the node looks for conversations that are owed something. Default 1 s; range 50 ms to 10 min.</summary>
    public TimeSpan RecoveryInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How many conversations the node takes over a second that a dead node has left, as many at once after a quiet second.
    /// Default 64; range 1 to 1,000. One in which somebody writes on this node is taken over at once, whatever the rate. More
    /// recovers sooner from the loss of a busy node, and costs the store about four calls each.
    /// </summary>
    public int MaxTakeoversPerSecond { get; set; } = 64;

    /// <summary>How long a processed activity is remembered. Default 15 min; range 1 s to 24 h. Must outlast the channel's retries.</summary>
    public TimeSpan InboxRetention { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How many processed activities are remembered. Default 4,096; range 1 to 65,536. Full of young ones means 503.</summary>
    public int InboxCapacity { get; set; } = 4096;

    /// <summary>How many activities may wait for delivery in one conversation. Default 1,024; range 1 to 65,536. Beyond: 503.</summary>
    public int OutboxCapacity { get; set; } = 1024;

    /// <summary>
    /// Whether every activity is committed to its conversation's queue, answered at once (202), and run from there: for bots
    /// that take long. Default false; <see cref="EverturnBuilder.AddQueuedBot{TBot}"/> sets it. All nodes of a bot share it.
    /// </summary>
    public bool Queued { get; set; }

    /// <summary>How many activities may wait in one conversation's queue. Default 1,024; range 1 to 65,536. Beyond: 503.</summary>
    public int QueueCapacity { get; set; } = 1024;

    /// <summary>How often the turn of a queued activity is begun before the activity goes to dead letters. Default 3; range 1 to 100.</summary>
    public int MaxAttempts { get; set; } = 3;

    /// <summary>How long one attempt at a queued turn may take. Default 15 min; range 100 ms to 24 h. It fails then, and is tried again.</summary>
    public TimeSpan QueuedTurnDeadline { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// How often a typing indicator shows that a queued turn of a message is still under way, the first after half a second; not while
    /// the bot shows something itself. Default 3 s, for which clients show one; zero for none; else 1 s to 1 min.
    /// </summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How many timers may be scheduled in one conversation. Default 256; range 1 to 65,536. Beyond: 503.</summary>
    public int TimerCapacity { get; set; } = 256;

    /// <summary>
    /// How many activities of one conversation can be updated or deleted by the id that sending them returned: the last ones, on a channel
    /// that gives ids of its own. Default 128; range 0 to 4,096. The embedded Direct Line channel needs none of it.
    /// </summary>
    public int ActivityIdCapacity { get; set; } = 128;

    /// <summary>
    /// After how long without a turn a conversation that owes nothing expires: its state and transcript are deleted. Default:
    /// null, never; range 1 s to 3,650 days.
    /// </summary>
    public TimeSpan? ConversationExpiry { get; set; }

    /// <summary>
    /// How long an expired or erased conversation keeps the hashes of what it has processed, so that nothing late takes effect
    /// twice. Default 24 h; range 1 s to 30 days; not shorter than <see cref="InboxRetention"/>.
    /// </summary>
    public TimeSpan TombstoneRetention { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// By channel id: what becomes of a reply when nobody knows whether the channel has it. Default, and for channels that are not
    /// named: <see cref="Delivery.AmbiguousDelivery.SendAgain"/>. Of no concern to a channel that tells repetitions by their id, as the embedded Direct Line does.
    /// </summary>
    public Dictionary<string, AmbiguousDelivery> AmbiguousDelivery { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How many activities may wait in one conversation's mailbox on this node. Default 256; range 1 to 65,536. Beyond: 503.</summary>
    public int MailboxCapacity { get; set; } = 256;

    /// <summary>
    /// How many conversations may run turns at the same moment on this node; the others wait their turn, until their deadline (503).
    /// As many again may run attempts at queued turns and timers; what waits longer for one of those places than a lease is left to
    /// whichever node has one. Default 128; range 1 to 10,000. More lets more turns wait for slow services at once, and costs memory.
    /// </summary>
    public int MaxConcurrentTurns { get; set; } = 128;

    /// <summary>Memory for activities that wait for their turns on this node, in bytes. Default 67,108,864; range 1,048,576 to 2,147,483,647. Beyond: 503.</summary>
    public int MaxWaitingBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Memory for cached records, in bytes. Default 67,108,864; range 0 (no cache) to 2,147,483,647.</summary>
    public int CacheBytes { get; set; } = 64 * 1024 * 1024;
}
