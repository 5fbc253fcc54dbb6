using System.Collections.Immutable;
using System.Security.Cryptography;
using Everturn.Delivery;

namespace Everturn.Conversations;

/// <summary>The one document that holds a conversation. It changes only by <see cref="Operation"/>s.</summary>
internal sealed record ConversationRecord
{
    /// <summary>The number of turns committed.</summary>
    public long Revision { get; init; }

    /// <summary>
    /// Random bits of the commit that made this revision, or, before the first, of the conversation's life. The revision alone is a
    /// counter: when a store loses a write that was seen but never acknowledged, the number comes again and means another turn.
    /// </summary>
    public string Stamp { get; init; } = "";

    /// <summary>Named JSON values in ordinal order.</summary>
    public required IReadOnlyDictionary<string, ReadOnlyMemory<byte>> State { get; init; }

    public required Inbox Inbox { get; init; }

    /// <summary>What is committed and not yet confirmed, by ascending id.</summary>
    public ImmutableArray<OutboxRow> Outbox { get; init; } = [];

    /// <summary>
    /// What a channel that does not take our ids calls the activities that it has confirmed last, in the order of confirmation. One that
    /// a row of the outbox waits for is not forgotten.
    /// </summary>
    public ImmutableArray<SentActivity> Sent { get; init; } = [];

    /// <summary>The index of the next row that an operation other than a turn writes at this revision. Row 0.0 does not exist.</summary>
    public int NextRow { get; init; } = 1;

    /// <summary>Activities whose turn is still to come, in order.</summary>
    public ImmutableArray<QueuedActivity> Queue { get; init; } = [];

    /// <summary>Results of external calls of turns that are not committed yet.</summary>
    public ImmutableArray<JournalEntry> Journal { get; init; } = [];

    /// <summary>What begins a turn later, by ascending id.</summary>
    public ImmutableArray<ConversationTimer> Timers { get; init; } = [];

    /// <summary>Who has spoken in it, in the order in which they came: see <see cref="Membership"/>.</summary>
    public ImmutableArray<string> Members { get; init; } = [];

    public Lease Lease { get; init; }

    /// <summary>When the conversation expires unless there is another turn; null when it does not.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>
    /// Until when what remains of an ended conversation is kept: what it has processed and how far it had counted, so that
    /// nothing that is still on its way takes effect twice. Null while the conversation lives.
    /// </summary>
    public DateTimeOffset? EndedUntil { get; init; }

    /// <summary>When some node must look at the record again; null when it need not.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>Root members that a newer format added; an older node that may write the record keeps them.</summary>
    public ImmutableArray<KeyValuePair<string, ReadOnlyMemory<byte>>> Unknown { get; init; } = [];

    /// <summary>Tells this conversation from another under the same key, before or after the deletion of its record: 16 hexadecimal digits.</summary>
    public string Life => Convert.ToHexStringLower(Inbox.Key.Span[..8]);

    /// <summary>Names this life in the ids that bots get for what they send: 12 hexadecimal digits that tell nothing of the inbox's key.</summary>
    public string Tag => Convert.ToHexStringLower(SHA256.HashData(Inbox.Key.Span).AsSpan(0, 6));

    /// <summary>Whether anything was ever said or done in it, and it has not ended since.</summary>
    public bool IsAlive => EndedUntil is null
        && (Revision > 0 || Inbox.Count > 0 || !Queue.IsEmpty || !Outbox.IsEmpty || !Members.IsEmpty);

    /// <summary>Whether there is anything for a tender to do.</summary>
    public bool Owes(DateTimeOffset now) => !Outbox.IsEmpty || !Queue.IsEmpty || Timers.Any(timer => timer.Due <= now);

    /// <summary>Whether an activity has had its turn, or is sure to have it.</summary>
    public bool Knows(ActivityIdentity identity) => Inbox.Contains(identity) || IsQueued(identity);

    public bool IsQueued(ActivityIdentity identity) => Queue.Any(queued => queued.Identity == identity);

    /// <summary>The journaled result of a turn's step; null when there is none.</summary>
    public ReadOnlyMemory<byte>? ResultOf(ActivityIdentity identity, string name) =>
        Journal.FirstOrDefault(entry => entry.Identity == identity && entry.Name == name)?.Result;

    /// <summary>What the channel calls the activity that a row has sent; null when that is not known, or not any more.</summary>
    public string? IdOf(RowId row) => Sent.FirstOrDefault(sent => sent.Row == row).Id;

    /// <summary>A conversation before its first turn.</summary>
    /// <param name="inboxKey"><see cref="Inbox.KeyBytes"/> random bytes.</param>
    public static ConversationRecord New(ReadOnlyMemory<byte> inboxKey)
    {
        var record = new ConversationRecord { State = ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>.Empty, Inbox = Inbox.Empty(inboxKey) };
        return record with { Stamp = record.Life };
    }
}
