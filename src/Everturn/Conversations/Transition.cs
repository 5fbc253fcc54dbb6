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
            Operation.Tend tend => Apply(record, tend),
            Operation.Release release => Apply(record, release),
            Operation.Confirm confirm => (Apply(record, confirm), Refusal.None),
            _ => throw new ArgumentException($"{operation.GetType()} is not an operation.", nameof(operation)),
        };
        return (refusal is Refusal.None ? next : record, refusal);
    }

    private static (ConversationRecord, Refusal) Apply(ConversationRecord record, Operation.Turn turn)
    {
        // Duplicates first: a commit in doubt that took effect has moved the revision as well.
        if (turn.Effects.Any(effect => record.Inbox.Contains(effect.Identity)))
        {
            return (record, Refusal.Duplicate);
        }

        if (record.Revision != turn.BaseRevision || record.Stamp != turn.BaseStamp)
        {
            return (record, Refusal.RevisionMoved);
        }

        var inbox = record.Inbox.Without(before: turn.Now - turn.Bounds.InboxRetention);
        if (inbox.Count + turn.Effects.Length > turn.Bounds.InboxCapacity)
        {
            return (record, Refusal.InboxFull);
        }

        var outbox = record.Outbox.AddRange(turn.Effects.SelectMany(effect => effect.Rows));
        if (outbox.Length > turn.Bounds.OutboxCapacity && outbox.Length > record.Outbox.Length)
        {
            return (record, Refusal.OutboxFull);
        }

        var lease = record.Lease.Owner == turn.Tender ? record.Lease.Renewed(turn.Lease)
            : record.Lease.Owner is null && outbox.Length > 0 ? record.Lease.TakenBy(turn.Tender, turn.Lease)
            : record.Lease;
        return (Settle(record, turn.Now, record with
        {
            Revision = record.Revision + turn.Effects.Length,
            Stamp = turn.Stamp,
            State = turn.State,
            Inbox = turn.Effects.Aggregate(inbox, (ledger, effect) => ledger.With(effect.Identity, effect.Answer, turn.Now)),
            Outbox = outbox,
            Lease = lease,
        }), Refusal.None);
    }

    private static (ConversationRecord, Refusal) Apply(ConversationRecord record, Operation.Tend tend)
    {
        var lease = record.Lease;
        if (lease.Owner == tend.Owner)
        {
            return (Settle(record, tend.Now, record with { Lease = lease.Renewed(tend.Duration) }), Refusal.None);
        }

        return lease.Owner is null || lease.Sighting == tend.Expired
            ? (Settle(record, tend.Now, record with { Lease = lease.TakenBy(tend.Owner, tend.Duration) }), Refusal.None)
            : (record, Refusal.LeaseHeld);
    }

    private static (ConversationRecord, Refusal) Apply(ConversationRecord record, Operation.Release release) =>
        record.Lease.Owner == release.Owner
            ? (record with
            {
                Lease = record.Lease.Released(),
                Due = record.Outbox.IsEmpty ? null : release.Until,
            }, Refusal.None)
            : (record, Refusal.LeaseHeld);

    private static ConversationRecord Apply(ConversationRecord record, Operation.Confirm confirm)
    {
        var rows = confirm.Rows.ToHashSet();
        return Settle(record, confirm.Now, record with
        {
            Outbox = record.Outbox.RemoveAll(row => rows.Contains(row.Id)),
            Lease = record.Lease.Owner == confirm.Owner ? record.Lease.Renewed(record.Lease.Duration) : record.Lease,
        });
    }

    // Nothing owed: no lease and nothing due. Something owed: due when its tender has been silent for a lease (writes of
    // other nodes do not move that), at once when nobody tends it, later when its tender gave it back until then.
    private static ConversationRecord Settle(ConversationRecord before, DateTimeOffset now, ConversationRecord after)
    {
        if (after.Outbox.IsEmpty)
        {
            return after with { Due = null, Lease = after.Lease.Owner is null ? after.Lease : after.Lease.Released() };
        }

        var unchanged = before.Lease.Owner == after.Lease.Owner && before.Lease.Sighting == after.Lease.Sighting;
        return unchanged && before.Due is not null ? after with { Due = before.Due }
            : after with { Due = after.Lease.Owner is null ? now : now + after.Lease.Duration };
    }
}
