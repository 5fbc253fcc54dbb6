using System.Collections.Immutable;
using Everturn.Delivery;

namespace Everturn.Conversations;

/// <summary>The one document that holds a conversation. It changes only by <see cref="Operation"/>s.</summary>
internal sealed record ConversationRecord
{
    /// <summary>The number of turns committed.</summary>
    public long Revision { get; init; }

    /// <summary>
    /// Random bits of the commit that made this revision; empty before the first. The revision alone is a counter: when a
    /// store loses a write that was seen but never acknowledged, the number comes again and means another turn.
    /// </summary>
    public string Stamp { get; init; } = "";

    /// <summary>Named JSON values in ordinal order.</summary>
    public required IReadOnlyDictionary<string, ReadOnlyMemory<byte>> State { get; init; }

    public required Inbox Inbox { get; init; }

    /// <summary>What is committed and not yet confirmed, by ascending id.</summary>
    public ImmutableArray<OutboxRow> Outbox { get; init; } = [];

    public Lease Lease { get; init; }

    /// <summary>When some node must look at the record again; null when nothing is owed.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>Root members that a newer format added; an older node that may write the record keeps them.</summary>
    public ImmutableArray<KeyValuePair<string, ReadOnlyMemory<byte>>> Unknown { get; init; } = [];

    /// <summary>A conversation before its first turn.</summary>
    /// <param name="inboxKey"><see cref="Inbox.KeyBytes"/> random bytes.</param>
    public static ConversationRecord New(ReadOnlyMemory<byte> inboxKey) =>
        new() { State = ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>.Empty, Inbox = Inbox.Empty(inboxKey) };
}
