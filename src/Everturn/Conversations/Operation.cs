using System.Collections.Immutable;
using Everturn.Delivery;
using Everturn.Turns;

namespace Everturn.Conversations;

/// <summary>One of the few ways in which a record may change.</summary>
/// <param name="Now">The node's wall-clock time; it decides what is due and what may be forgotten, nothing else.</param>
internal abstract record Operation(DateTimeOffset Now)
{
    /// <summary>Commits turns that were run one after the other from revision <paramref name="BaseRevision"/>.</summary>
    /// <param name="BaseRevision">The revision that the first turn ran on.</param>
    /// <param name="BaseStamp">That revision's stamp.</param>
    /// <param name="Stamp">Random bits that tell this commit from any other of the same revision.</param>
    /// <param name="Effects">What each turn did; at least one.</param>
    /// <param name="State">The state after the last.</param>
    /// <param name="Claim">The lease under which the turn of a queued activity was begun; null for turns that have callers.</param>
    /// <param name="Tender">Who tends the conversation if nobody does, and renews if it is the tender already.</param>
    /// <param name="Lease">The duration of that lease.</param>
    /// <param name="Bounds">The limits of the record.</param>
    public sealed record Turn(
        long BaseRevision,
        string BaseStamp,
        string Stamp,
        ImmutableArray<TurnEffect> Effects,
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> State,
        LeaseClaim? Claim,
        string Tender,
        TimeSpan Lease,
        RecordBounds Bounds,
        DateTimeOffset Now) : Operation(Now);

    /// <summary>Puts an activity into the queue.</summary>
    /// <param name="Identity">What makes it the same when it comes again.</param>
    /// <param name="Activity">The activity as UTF-8 JSON.</param>
    /// <param name="User">The user whom the channel vouches for; null when there is none.</param>
    /// <param name="EchoBy">The node that shows it to the conversation by way of the outbox; null when nobody does.</param>
    /// <param name="Tender">Who tends the conversation if nobody does; null for one who does not tend.</param>
    /// <param name="Lease">The duration of that lease.</param>
    /// <param name="Bounds">The limits of the record.</param>
    public sealed record Accept(
        ActivityIdentity Identity,
        ReadOnlyMemory<byte> Activity,
        string? User,
        string? EchoBy,
        string? Tender,
        TimeSpan Lease,
        RecordBounds Bounds,
        DateTimeOffset Now) : Operation(Now)
    {
        /// <summary>Who speaks in it: see <see cref="Membership.Of"/>.</summary>
        public string? Member { get; init; }

        /// <summary>Whether it may not begin the conversation.</summary>
        public bool MustBeAlive { get; init; }

        /// <summary>What its calls are known by outside; null for its identity.</summary>
        public ActivityIdentity? Origin { get; init; }

        /// <summary>Results of calls that it has made before.</summary>
        public ImmutableArray<JournalEntry> Journal { get; init; } = [];
    }

    /// <summary>Sends an activity without any turn.</summary>
    /// <param name="Identity">What makes it the same when it is asked for again.</param>
    /// <param name="Activity">The activity as UTF-8 JSON.</param>
    /// <param name="Node">The node that sends it.</param>
    /// <param name="Tender">Who tends the conversation if nobody does; null for one who does not tend.</param>
    /// <param name="Lease">The duration of that lease.</param>
    /// <param name="Bounds">The limits of the record.</param>
    public sealed record Send(
        ActivityIdentity Identity,
        ReadOnlyMemory<byte> Activity,
        string Node,
        string? Tender,
        TimeSpan Lease,
        RecordBounds Bounds,
        DateTimeOffset Now) : Operation(Now)
    {
        /// <summary>Whether it may not begin the conversation.</summary>
        public bool MustBeAlive { get; init; }
    }

    /// <summary>Counts an attempt at a queued activity's turn, before it is run.</summary>
    /// <param name="Claim">The tender's lease.</param>
    /// <param name="Identity">The activity.</param>
    /// <param name="Count">Which attempt this is, from 1.</param>
    public sealed record Attempt(LeaseClaim Claim, ActivityIdentity Identity, int Count, DateTimeOffset Now) : Operation(Now);

    /// <summary>Takes an activity that stands in dead letters out of the queue.</summary>
    /// <param name="Claim">The tender's lease.</param>
    /// <param name="Identity">The activity.</param>
    /// <param name="Journaled">How many results of its calls stand there with it.</param>
    public sealed record Bury(LeaseClaim Claim, ActivityIdentity Identity, int Journaled, DateTimeOffset Now) : Operation(Now);

    /// <summary>Puts the timers whose time has come into the queue.</summary>
    /// <param name="Claim">The tender's lease.</param>
    public sealed record Fire(LeaseClaim Claim, DateTimeOffset Now) : Operation(Now);

    /// <summary>Writes the result of a turn's external call into the journal. The first result stays; who comes later adopts it.</summary>
    /// <param name="Identity">The turn's activity.</param>
    /// <param name="Name">The step's name.</param>
    /// <param name="Result">UTF-8 JSON.</param>
    /// <param name="BaseStamp">The stamp of the record that the turn runs on: no result brings a conversation back that has ended since.</param>
    /// <param name="Claim">The lease under which the turn of a queued activity was begun; null for a turn that has a caller.</param>
    /// <param name="Bounds">The limits of the record.</param>
    public sealed record Step(
        ActivityIdentity Identity, string Name, ReadOnlyMemory<byte> Result, string BaseStamp, LeaseClaim? Claim, RecordBounds Bounds, DateTimeOffset Now)
        : Operation(Now);

    /// <summary>Takes or renews the lease.</summary>
    /// <param name="Owner">Who tends.</param>
    /// <param name="Duration">How long the owner may then stay silent.</param>
    /// <param name="Expired">The sighting that stayed the same for the whole of the lease; null when none did.</param>
    public sealed record Tend(string Owner, TimeSpan Duration, LeaseSighting? Expired, DateTimeOffset Now) : Operation(Now);

    /// <summary>Gives the lease back while something is still owed.</summary>
    /// <param name="Owner">Who tended.</param>
    /// <param name="InDoubt">Rows that the owner may or may not have delivered.</param>
    /// <param name="Until">When the next attempt makes sense.</param>
    public sealed record Release(string Owner, ImmutableArray<RowId> InDoubt, DateTimeOffset Until, DateTimeOffset Now) : Operation(Now);

    /// <summary>Strikes delivered rows, and remembers what their channel calls them; the last one ends the lease.</summary>
    /// <param name="Owner">Who delivered them.</param>
    /// <param name="Rows">What was delivered. Rows already gone are ignored.</param>
    /// <param name="Bounds">The limits of the record.</param>
    public sealed record Confirm(string Owner, ImmutableArray<DeliveredRow> Rows, RecordBounds Bounds, DateTimeOffset Now) : Operation(Now);

    /// <summary>
    /// Ends a conversation that owes nothing: a tombstone remains for a while. Timers and journal hold up an expiry, and go with an erasure.
    /// </summary>
    /// <param name="Stamp">Random bits: what still runs on the former state must run again.</param>
    /// <param name="IsErasure">Whether it ends by somebody's wish, and not because it has expired.</param>
    /// <param name="Bounds">The limits of the record.</param>
    public sealed record End(string Stamp, bool IsErasure, RecordBounds Bounds, DateTimeOffset Now) : Operation(Now)
    {
        /// <summary>Whose conversation it must be, and nobody else's; null for anybody's.</summary>
        public string? OnlyOf { get; init; }
    }

    /// <summary>Takes out what the record keeps of one member, while the conversation goes on without it.</summary>
    /// <param name="Member">Whose.</param>
    /// <param name="BaseStamp">The stamp of the record that was looked at: nothing may have been said since.</param>
    /// <param name="BaseNextRow">Its next row.</param>
    /// <param name="Stamp">Random bits: what still runs on the former state must run again.</param>
    /// <param name="Bounds">The limits of the record.</param>
    public sealed record Forget(
        string Member, string BaseStamp, int BaseNextRow, string Stamp, RecordBounds Bounds, DateTimeOffset Now) : Operation(Now);
}

/// <summary>What one turn of a commit did.</summary>
/// <param name="Identity">The activity's.</param>
/// <param name="Rows">What it sends, in order, with ids of its revision.</param>
/// <param name="Answer">What an invoke or expectReplies activity is answered.</param>
internal sealed record TurnEffect(ActivityIdentity Identity, ImmutableArray<OutboxRow> Rows, TurnAnswer? Answer)
{
    /// <summary>The timers it schedules, with ids of its revision.</summary>
    public ImmutableArray<ConversationTimer> Timers { get; init; } = [];

    /// <summary>Who speaks in its activity: see <see cref="Membership.Of"/>.</summary>
    public string? Member { get; init; }

    /// <summary>Rows whose channel's ids its own rows wait for: they must be owed still, or their ids be known.</summary>
    public ImmutableArray<RowId> Awaited { get; init; } = [];

    /// <summary>The timers it cancels, in the queue too. Those that have had their turn are ignored.</summary>
    public ImmutableArray<RowId> Cancelled { get; init; } = [];
}
