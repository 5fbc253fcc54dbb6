using System.Collections.Immutable;
using System.Text.Json;
using Everturn.Delivery;

namespace Everturn.Conversations;

/// <summary>How operations change records: the one pure function that knows them all.</summary>
internal static class Transition
{
    /// <summary>Applies an operation.</summary>
    /// <returns>The new record, or the old one with the reason why it stayed.</returns>
    public static (ConversationRecord Record, Refusal Refusal) Apply(ConversationRecord record, Operation operation)
    {
        var (next, refusal) = operation switch
        {
            Operation.Turn turn => Apply(record, turn),
            Operation.Accept accept => Apply(record, accept),
            Operation.Send send => Apply(record, send),
            Operation.Attempt attempt => Apply(record, attempt),
            Operation.Bury bury => Apply(record, bury),
            Operation.Fire fire => Apply(record, fire),
            Operation.Step step => Apply(record, step),
            Operation.Tend tend => Apply(record, tend),
            Operation.Release release => Apply(record, release),
            Operation.Confirm confirm => (Apply(record, confirm), Refusal.None),
            Operation.End end => Apply(record, end),
            Operation.Forget forget => Apply(record, forget),
            _ => throw new ArgumentException($"{operation.GetType()} is not an operation.", nameof(operation)),
        };
        return refusal is Refusal.None ? (Settle(record, next, operation), Refusal.None) : (record, refusal);
    }

    private static (ConversationRecord, Refusal) Apply(ConversationRecord record, Operation.Turn turn)
    {
        // Duplicates first: a commit in doubt that took effect has moved the revision as well.
        var isQueued = turn.Claim is not null;
        if (turn.Effects.Any(effect => record.Inbox.Contains(effect.Identity) || (!isQueued && record.IsQueued(effect.Identity))))
        {
            return (record, Refusal.Duplicate);
        }

        if (turn.Claim is { } claim && Fenced(record, claim, turn.Effects[0].Identity) is var fence and not Refusal.None)
        {
            return (record, fence);
        }

        if (record.Revision != turn.BaseRevision || record.Stamp != turn.BaseStamp)
        {
            return (record, Refusal.RevisionMoved);
        }

        // An id that was forgotten since the turn ran is one that it would not have taken.
        if (!turn.Effects.SelectMany(effect => effect.Awaited).All(row => IsWithinReach(record, turn, row)))
        {
            return (record, Refusal.RevisionMoved);
        }

        // Every queued activity has its place in the inbox already.
        var inbox = Remembered(record, turn.Bounds, turn.Now);
        if (!isQueued && inbox.Count + record.Queue.Length + turn.Effects.Length > turn.Bounds.InboxCapacity)
        {
            return (record, Refusal.InboxFull);
        }

        var outbox = record.Outbox.AddRange(turn.Effects.SelectMany(effect => effect.Rows));
        if (outbox.Length > turn.Bounds.OutboxCapacity && outbox.Length > record.Outbox.Length)
        {
            return (record, Refusal.OutboxFull);
        }

        var cancelled = turn.Effects.SelectMany(effect => effect.Cancelled).ToHashSet();
        var timers = record.Timers.AddRange(turn.Effects.SelectMany(effect => effect.Timers)).RemoveAll(timer => cancelled.Contains(timer.Id));
        if (timers.Length > turn.Bounds.TimerCapacity && timers.Length > record.Timers.Length)
        {
            return (record, Refusal.TimersFull);
        }

        var done = turn.Effects.Select(effect => effect.Identity).ToHashSet();
        // A timer that has fired and had no turn yet is cancelled as well.
        var withdrawn = cancelled.Select(ActivityIdentity.OfTimer).ToHashSet();
        var next = record with
        {
            Revision = record.Revision + turn.Effects.Length,
            Stamp = turn.Stamp,
            State = turn.State,
            Inbox = turn.Effects.Aggregate(inbox, (ledger, effect) => ledger.With(effect.Identity, effect.Answer, turn.Now)),
            Outbox = outbox,
            NextRow = turn.Effects[^1].Rows.Length,
            Queue = record.Queue.RemoveAll(queued => done.Contains(queued.Identity) || withdrawn.Contains(queued.Identity)),
            Journal = Pending(record, turn.Bounds, turn.Now).RemoveAll(entry => done.Contains(entry.Identity)),
            Timers = timers,
            Members = turn.Effects.Aggregate(record.Members, (members, effect) => members.With(effect.Member)),
        };
        return (Alive(Tended(next, turn.Tender, turn.Lease, turn.Now), turn.Bounds, turn.Now), Refusal.None);
    }

    private static (ConversationRecord, Refusal) Apply(ConversationRecord record, Operation.Accept accept)
    {
        if (record.Knows(accept.Identity))
        {
            return (record, Refusal.Duplicate);
        }

        if (accept.MustBeAlive && !record.IsAlive)
        {
            return (record, Refusal.NoConversation);
        }

        var inbox = Remembered(record, accept.Bounds, accept.Now);
        if (inbox.Count + record.Queue.Length + 1 > accept.Bounds.InboxCapacity)
        {
            return (record, Refusal.InboxFull);
        }

        if (record.Queue.Length + 1 > accept.Bounds.QueueCapacity)
        {
            return (record, Refusal.QueueFull);
        }

        var next = record with
        {
            Inbox = inbox,
            Queue = record.Queue.Add(new(accept.Identity, accept.Activity, Attempts: 0, accept.Now) { User = accept.User, Origin = accept.Origin }),
            Journal = record.Journal.AddRange(accept.Journal.Select(entry => entry with { Identity = accept.Identity, At = accept.Now })),
            Members = record.Members.With(accept.Member),
        };
        if (accept.EchoBy is { } node)
        {
            if (record.Outbox.Length + 1 > accept.Bounds.OutboxCapacity)
            {
                return (record, Refusal.OutboxFull);
            }

            next = WithRow(next, accept.Activity, node, isEcho: true);
        }

        return (Alive(Tended(next, accept.Tender, accept.Lease, accept.Now), accept.Bounds, accept.Now), Refusal.None);
    }

    private static (ConversationRecord, Refusal) Apply(ConversationRecord record, Operation.Send send)
    {
        if (record.Knows(send.Identity))
        {
            return (record, Refusal.Duplicate);
        }

        if (send.MustBeAlive && !record.IsAlive)
        {
            return (record, Refusal.NoConversation);
        }

        var inbox = Remembered(record, send.Bounds, send.Now);
        if (inbox.Count + record.Queue.Length + 1 > send.Bounds.InboxCapacity)
        {
            return (record, Refusal.InboxFull);
        }

        if (record.Outbox.Length + 1 > send.Bounds.OutboxCapacity)
        {
            return (record, Refusal.OutboxFull);
        }

        var next = WithRow(record with { Inbox = inbox.With(send.Identity, answer: null, send.Now) }, send.Activity, send.Node, isEcho: false);
        return (Alive(Tended(next, send.Tender, send.Lease, send.Now), send.Bounds, send.Now), Refusal.None);
    }

    private static (ConversationRecord, Refusal) Apply(ConversationRecord record, Operation.Attempt attempt)
    {
        if (Fenced(record, attempt.Claim, attempt.Identity) is var fence and not Refusal.None)
        {
            return (record, fence);
        }

        // Found counted under this very lease, it was counted by a write of the same node, which has not heard of it.
        var queued = record.Queue.First(queued => queued.Identity == attempt.Identity);
        return queued.Attempts == attempt.Count - 1 || queued.Attempts == attempt.Count
            ? (Renewed(record with { Queue = record.Queue.Replace(queued, queued with { Attempts = attempt.Count }) }), Refusal.None)
            : (record, Refusal.NotQueued);
    }

    // A run that was left behind may have journaled a call since.
    private static (ConversationRecord, Refusal) Apply(ConversationRecord record, Operation.Bury bury) =>
        Fenced(record, bury.Claim, bury.Identity) is var fence and not Refusal.None
            ? (record, fence)
            : record.Journal.Count(entry => entry.Identity == bury.Identity) != bury.Journaled
            ? (record, Refusal.NotQueued)
            : (Renewed(record with
            {
                Inbox = record.Inbox.With(bury.Identity, answer: null, bury.Now),
                Queue = record.Queue.RemoveAll(queued => queued.Identity == bury.Identity),
                Journal = record.Journal.RemoveAll(entry => entry.Identity == bury.Identity),
            }), Refusal.None);

    // Timers have a limit of their own, and none is ever turned away when its time has come.
    private static (ConversationRecord, Refusal) Apply(ConversationRecord record, Operation.Fire fire)
    {
        if (record.Lease.Claim != fire.Claim)
        {
            return (record, Refusal.LeaseHeld);
        }

        var due = record.Timers.Where(timer => timer.Due <= fire.Now).OrderBy(timer => timer.Due).ThenBy(timer => timer.Id);
        return (Renewed(record with
        {
            Timers = record.Timers.RemoveAll(timer => timer.Due <= fire.Now),
            Queue = record.Queue.AddRange(due.Where(timer => !record.Knows(timer.Identity))
                .Select(timer => new QueuedActivity(timer.Identity, timer.Activity, Attempts: 0, fire.Now) { User = timer.User })),
        }), Refusal.None);
    }

    private static (ConversationRecord, Refusal) Apply(ConversationRecord record, Operation.Step step)
    {
        if (record.Inbox.Contains(step.Identity))
        {
            return (record, Refusal.Duplicate);
        }

        if (step.Claim is { } claim && Fenced(record, claim, step.Identity) is var fence and not Refusal.None)
        {
            return (record, fence);
        }

        if (record.EndedUntil is not null && record.Stamp != step.BaseStamp)
        {
            return (record, Refusal.RevisionMoved);
        }

        var journal = Pending(record, step.Bounds, step.Now);
        return (Alive(
            record with
            {
                Journal = record.ResultOf(step.Identity, step.Name) is null
                    ? journal.Add(new(step.Identity, step.Name, step.Result, step.Now))
                    : record.Journal,
            },
            step.Bounds,
            step.Now), Refusal.None);
    }

    private static (ConversationRecord, Refusal) Apply(ConversationRecord record, Operation.Tend tend)
    {
        var lease = record.Lease;
        if (lease.Owner == tend.Owner)
        {
            return (record with { Lease = lease.Renewed(tend.Duration) }, Refusal.None);
        }

        if (lease.Owner is null)
        {
            return (record with { Lease = lease.TakenBy(tend.Owner, tend.Duration) }, Refusal.None);
        }

        // Nobody knows how far the former tender came with what it had to deliver.
        return lease.Sighting == tend.Expired
            ? (record with
            {
                Lease = lease.TakenBy(tend.Owner, tend.Duration),
                Outbox = InDoubt(record.Outbox, _ => true),
            }, Refusal.None)
            : (record, Refusal.LeaseHeld);
    }

    private static (ConversationRecord, Refusal) Apply(ConversationRecord record, Operation.Release release) =>
        record.Lease.Owner == release.Owner
            ? (record with
            {
                Lease = record.Lease.Released(),
                Outbox = InDoubt(record.Outbox, row => release.InDoubt.Contains(row.Id)),
            }, Refusal.None)
            : (record, Refusal.LeaseHeld);

    private static ConversationRecord Apply(ConversationRecord record, Operation.Confirm confirm)
    {
        var delivered = confirm.Rows.ToDictionary(row => row.Id, row => row.ActivityId);
        var owed = record.Outbox.RemoveAll(row => delivered.ContainsKey(row.Id));
        var sent = record.Outbox
            .Where(row => row.Action is RowAction.Send && delivered.GetValueOrDefault(row.Id) is { } id && IsWorthIt(id, row))
            .Select(row => new SentActivity(row.Id, delivered[row.Id]!));
        return record with
        {
            Outbox = owed,
            Sent = Remembered(record.Sent.AddRange(sent), owed, confirm.Bounds.ActivityIdCapacity),
            Lease = record.Lease.Owner == confirm.Owner ? record.Lease.Renewed(record.Lease.Duration) : record.Lease,
        };
    }

    // A confirmation makes no record larger: it must never be turned away.
    private static bool IsWorthIt(string id, OutboxRow row) => JsonEncodedText.Encode(id).EncodedUtf8Bytes.Length <= row.Activity.Length;

    private static ImmutableArray<SentActivity> Remembered(ImmutableArray<SentActivity> sent, ImmutableArray<OutboxRow> owed, int capacity)
    {
        var tooMany = sent.Length - capacity;
        return tooMany <= 0 ? sent : [.. sent.Where((one, at) => at >= tooMany || owed.Any(row => row.TargetRow == one.Row))];
    }

    private static bool IsWithinReach(ConversationRecord record, Operation.Turn turn, RowId row) =>
        record.IdOf(row) is not null
        || record.Outbox.Concat(turn.Effects.SelectMany(effect => effect.Rows)).Any(owed => owed.Id == row && owed.Action is RowAction.Send);

    private static (ConversationRecord, Refusal) Apply(ConversationRecord record, Operation.End end)
    {
        var isOwing = !record.Outbox.IsEmpty || !record.Queue.IsEmpty
            || (!end.IsErasure && (!record.Timers.IsEmpty || !Pending(record, end.Bounds, end.Now).IsEmpty));
        var isTime = end.IsErasure || record.Expires <= end.Now;
        var isWhose = end.OnlyOf is null || record.IsOnlyOf(end.OnlyOf);
        return isOwing || !isTime || !isWhose || record.EndedUntil is not null
            ? (record, Refusal.NotOver)
            : (record with
            {
                Stamp = end.Stamp,
                State = ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>.Empty,
                Inbox = record.Inbox with { Answers = [] },
                Journal = [],
                Timers = [],
                Members = [],
                Sent = [],
                Expires = null,
                EndedUntil = end.Now + end.Bounds.TombstoneRetention,
            }, Refusal.None);
    }

    // What leaves through the outbox may be his, and so may the answers to it: that must be over.
    private static (ConversationRecord, Refusal) Apply(ConversationRecord record, Operation.Forget forget) =>
        record.Stamp != forget.BaseStamp || record.NextRow != forget.BaseNextRow ? (record, Refusal.RevisionMoved)
        : !record.Outbox.IsEmpty || record.Queue.Any(queued => queued.IsOf(forget.Member)) ? (record, Refusal.NotOver)
        : (record with
        {
            Stamp = forget.Stamp,
            State = StoredState.Without(record.State, forget.Member),
            Inbox = Remembered(record, forget.Bounds, forget.Now),
            Journal = Pending(record, forget.Bounds, forget.Now),
            Timers = record.Timers.RemoveAll(timer => timer.IsOf(forget.Member)),
            Members = record.Members.Remove(forget.Member, StringComparer.Ordinal),
        }, Refusal.None);

    // A row of no turn has an id behind the rows of the last one.
    private static ConversationRecord WithRow(ConversationRecord record, ReadOnlyMemory<byte> activity, string node, bool isEcho) => record with
    {
        Outbox = record.Outbox.Add(new(new RowId(record.Revision, record.NextRow), activity, node, isEcho)),
        NextRow = record.NextRow + 1,
    };

    private static ImmutableArray<OutboxRow> InDoubt(ImmutableArray<OutboxRow> outbox, Func<OutboxRow, bool> isInDoubt) =>
        [.. outbox.Select(row => isInDoubt(row) ? row with { IsAmbiguous = true } : row)];

    /// <summary>Whether a tender may touch an activity of the queue.</summary>
    private static Refusal Fenced(ConversationRecord record, LeaseClaim claim, ActivityIdentity identity) =>
        record.Lease.Claim != claim ? Refusal.LeaseHeld
        : !record.IsQueued(identity) ? Refusal.NotQueued
        : Refusal.None;

    private static Inbox Remembered(ConversationRecord record, RecordBounds bounds, DateTimeOffset now) =>
        record.Inbox.Without(before: now - bounds.InboxRetention);

    // An activity whose caller never comes again leaves its results behind. What is queued is sure to come again.
    private static ImmutableArray<JournalEntry> Pending(ConversationRecord record, RecordBounds bounds, DateTimeOffset now) =>
        record.Journal.RemoveAll(entry => entry.At < now - bounds.InboxRetention && !record.IsQueued(entry.Identity));

    private static ConversationRecord Renewed(ConversationRecord record) =>
        record with { Lease = record.Lease.Renewed(record.Lease.Duration) };

    private static ConversationRecord Tended(ConversationRecord record, string? tender, TimeSpan lease, DateTimeOffset now) =>
        tender is null ? record
        : record.Lease.Owner == tender ? record with { Lease = record.Lease.Renewed(lease) }
        : record.Lease.Owner is null && record.Owes(now) ? record with { Lease = record.Lease.TakenBy(tender, lease) }
        : record;

    private static ConversationRecord Alive(ConversationRecord record, RecordBounds bounds, DateTimeOffset now) =>
        record with { Expires = now + bounds.Expiry, EndedUntil = null };

    // Nothing owed: no lease, and due when the next timer is, or the end. Something owed: due when its tender has been
    // silent for a lease (writes of other nodes do not move that), at once when nobody tends it, later when its tender gave
    // it back until then.
    private static ConversationRecord Settle(ConversationRecord before, ConversationRecord after, Operation operation)
    {
        var now = operation.Now;
        var next = after.Timers.IsEmpty ? (DateTimeOffset?)null : after.Timers.Min(timer => timer.Due);
        if (!after.Owes(now))
        {
            return after with
            {
                Due = next ?? after.EndedUntil ?? after.Expires,
                Lease = after.Lease.Owner is null ? after.Lease : after.Lease.Released(),
            };
        }

        if (operation is Operation.Release release)
        {
            return after with { Due = next < release.Until ? next : release.Until };
        }

        var unchanged = before.Lease.Owner == after.Lease.Owner && before.Lease.Sighting == after.Lease.Sighting;
        return unchanged && before.Due is not null ? after with { Due = before.Due }
            : after with { Due = after.Lease.Owner is null ? now : now + after.Lease.Duration };
    }
}
