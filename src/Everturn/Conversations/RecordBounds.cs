namespace Everturn.Conversations;

/// <summary>The limits of a record.</summary>
/// <param name="Expiry">After how long without a turn a conversation that owes nothing expires; null when it never does.</param>
/// <param name="TombstoneRetention">How long what remains of an ended conversation is kept.</param>
internal sealed record RecordBounds(
    TimeSpan InboxRetention,
    int InboxCapacity,
    int OutboxCapacity,
    int QueueCapacity,
    int TimerCapacity,
    int ActivityIdCapacity,
    TimeSpan? Expiry,
    TimeSpan TombstoneRetention);
