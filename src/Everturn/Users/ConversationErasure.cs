using Everturn.Conversations;
using Everturn.Hosting;

namespace Everturn.Users;

/// <summary>Takes a user out of one conversation: his own ends, one that he shares goes on without what was his.</summary>
internal sealed class ConversationErasure(ConversationKey key, UserKey user, NodeContext node)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // What is delivered is confirmed within half a second. What is not delivered by then may take long.
    private static readonly TimeSpan PatienceWithDeliveries = TimeSpan.FromSeconds(1);

    public async Task<ErasureOutcome> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await TryAsync(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            node.Log.StoreFailed(key.Id, exception);
            return new($"ET1036: {exception.Message} Try again.");
        }
    }

    private async Task<ErasureOutcome> TryAsync(CancellationToken cancellationToken)
    {
        var committer = new Committer(key, node, static (_, _) => { });
        var deadline = new Deadline(node.Time, Patience);
        var deliveries = new Deadline(node.Time, PatienceWithDeliveries);
        var looks = 0;
        var snapshot = await committer.ReadAsync(fresh: true, cancellationToken);
        var done = ErasureOutcome.Nothing;
        while (snapshot.Record.Concerns(user))
        {
            var record = snapshot.Record;
            var isOwn = record.IsOnlyOf(user.Id);
            if (!record.Outbox.IsEmpty || (isOwn ? !record.Queue.IsEmpty : record.Queue.Any(queued => queued.IsOf(user.Id))))
            {
                if (!deliveries.HasPassed)
                {
                    await node.BackOffAsync(looks++, deliveries);
                    snapshot = await committer.ReadAsync(fresh: true, cancellationToken);
                    continue;
                }

                return new($"ET1035: {record.Outbox.Length} replies are to be delivered, and {record.Queue.Length} activities wait for their turns. Try again when that is done.");
            }

            done = isOwn ? ErasureOutcome.Ended : ErasureOutcome.Cleaned;
            if (!isOwn)
            {
                // Before he is forgotten: so a call that dies in between is found to have work left.
                await node.Channels.EraseMemberAsync(key, user.Id, cancellationToken);
            }

            var now = node.Time.GetUtcNow();
            Operation operation = isOwn
                ? new Operation.End(node.NewStamp(), IsErasure: true, node.Bounds, now) { OnlyOf = user.Id }
                : new Operation.Forget(user.Id, record.Stamp, record.NextRow, node.NewStamp(), node.Bounds, now);
            var outcome = await committer.CommitAsync([operation], deadline);
            if (outcome is CommitOutcome.Refused)
            {
                // Somebody has written meanwhile, or this very operation was in doubt and is done: what is so now, a write of ours tells.
                await node.BackOffAsync(looks++, deadline);
                outcome = await committer.CommitAsync([], deadline);
            }

            if (outcome is not CommitOutcome.Committed(var written))
            {
                return new($"ET1036: the record could not be written: {outcome}. Try again.");
            }

            snapshot = written;
        }

        if (done.IsEnded)
        {
            await node.Channels.EraseAsync(key, cancellationToken);
        }

        return done;
    }
}

/// <summary>What became of a user's part in a conversation.</summary>
/// <param name="Reason">Why it is still there; null when it is not.</param>
internal sealed record ErasureOutcome(string? Reason)
{
    public static readonly ErasureOutcome Nothing = new((string?)null);

    public static readonly ErasureOutcome Ended = new((string?)null) { IsEnded = true };

    public static readonly ErasureOutcome Cleaned = new((string?)null) { IsCleaned = true };

    public bool IsEnded { get; private init; }

    public bool IsCleaned { get; private init; }
}
