using System.Collections.Immutable;
using Everturn.Delivery;
using Everturn.Turns;

namespace Everturn.Conversations;

/// <summary>One of the few ways in which a record may change.</summary>
/// <param name="Now">The node's wall-clock time; it decides what is due and what the inbox may forget, nothing else.</param>
internal abstract record Operation(DateTimeOffset Now)
{
    /// <summary>Commits turns that were run one after the other from revision <paramref name="BaseRevision"/>.</summary>
    /// <param name="BaseRevision">The revision that the first turn ran on.</param>
    /// <param name="BaseStamp">That revision's stamp.</param>
    /// <param name="Stamp">Random bits that tell this commit from any other of the same revision.</param>
    /// <param name="Effects">What each turn did; at least one.</param>
    /// <param name="State">The state after the last.</param>
    /// <param name="Tender">Who tends the conversation if nobody does, and renews if it is the tender already.</param>
    /// <param name="Lease">The duration of that lease.</param>
    /// <param name="Bounds">The limits of the record.</param>
    public sealed record Turn(
        long BaseRevision,
        string BaseStamp,
        string Stamp,
        ImmutableArray<TurnEffect> Effects,
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> State,
        string Tender,
        TimeSpan Lease,
        RecordBounds Bounds,
        DateTimeOffset Now) : Operation(Now);

    /// <summary>Takes or renews the lease.</summary>
    /// <param name="Owner">Who tends.</param>
    /// <param name="Duration">How long the owner may then stay silent.</param>
    /// <param name="Expired">The sighting that stayed the same for the whole of the lease; null when none did.</param>
    public sealed record Tend(string Owner, TimeSpan Duration, LeaseSighting? Expired, DateTimeOffset Now) : Operation(Now);

    /// <summary>Gives the lease back while something is still owed.</summary>
    /// <param name="Owner">Who tended.</param>
    /// <param name="Until">When the next attempt makes sense.</param>
    public sealed record Release(string Owner, DateTimeOffset Until, DateTimeOffset Now) : Operation(Now);

    /// <summary>Strikes delivered rows; the last one ends the lease.</summary>
    /// <param name="Owner">Who delivered them.</param>
    /// <param name="Rows">Their ids. Those already gone are ignored.</param>
    public sealed record Confirm(string Owner, ImmutableArray<RowId> Rows, DateTimeOffset Now) : Operation(Now);
}

/// <summary>What one turn of a commit did.</summary>
/// <param name="Identity">The activity's.</param>
/// <param name="Rows">What it sends, in order, with ids of its revision.</param>
/// <param name="Answer">What an invoke or expectReplies activity is answered.</param>
internal sealed record TurnEffect(ActivityIdentity Identity, ImmutableArray<OutboxRow> Rows, TurnAnswer? Answer);

/// <summary>The limits of a record.</summary>
internal sealed record RecordBounds(TimeSpan InboxRetention, int InboxCapacity, int OutboxCapacity);

/// <summary>Why an operation did not apply.</summary>
internal enum Refusal
{
    /// <summary>It did.</summary>
    None,

    /// <summary>Another turn was committed first: run again.</summary>
    RevisionMoved,

    /// <summary>An activity of the turn is in the inbox.</summary>
    Duplicate,

    /// <summary>The inbox is full of young activities.</summary>
    InboxFull,

    /// <summary>Too much waits for delivery.</summary>
    OutboxFull,

    /// <summary>The lease is alive and another's, or was taken over.</summary>
    LeaseHeld,
}
