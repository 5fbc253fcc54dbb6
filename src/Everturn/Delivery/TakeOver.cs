using Everturn.Conversations;
using Everturn.Hosting;

namespace Everturn.Delivery;

/// <summary>Watches a conversation that owes something, and takes over from a tender that has fallen silent.</summary>
internal sealed class TakeOver(ConversationKey key, Committer committer, Retirement retirement, NodeContext node)
{
    // Beyond this many looks at a live tender the listing of due conversations is watch enough.
    private const int MostLooks = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private int _watching;
    private volatile bool _isAwaited;

    /// <summary>Whether somebody writes on this node and waits for what is owed before: no allowance holds that up.</summary>
    public bool IsAwaited
    {
        get => _isAwaited;
        set => _isAwaited = value;
    }

    /// <summary>Whether the caller is to call <see cref="WatchAsync()"/>; false while somebody watches already.</summary>
    public bool TryBegin() => Interlocked.Exchange(ref _watching, 1) == 0;

    /// <summary>Looks again and again until the tender has done its work, or has been silent for its lease.</summary>
    public Task WatchAsync() => WatchAsync(MostLooks);

    /// <summary>Looks once, and takes over only from a node that is proven dead.</summary>
    public Task LookAsync() => WatchAsync(looks: 1);

    private async Task WatchAsync(int looks)
    {
        try
        {
            await LookAsync(looks);
        }
        finally
        {
            Volatile.Write(ref _watching, 0);
        }
    }

    private async Task LookAsync(int looks)
    {
        LeaseSighting? seen = null;
        var silence = new Deadline(node.Time, TimeSpan.Zero);
        for (var look = 0; look < looks && !node.Stopping.IsCancellationRequested; look++)
        {
            Snapshot snapshot;
            try
            {
                using var patience = node.CancelAfter(Patience);
                snapshot = await committer.ReadAsync(fresh: true, patience.Token);
            }
            catch (UnreadableRecordException)
            {
                // A node of a newer version looks after it.
                return;
            }

            var record = snapshot.Record;
            var lease = record.Lease;
            var now = node.Time.GetUtcNow();
            if (!record.Owes(now))
            {
                await retirement.RetireAsync(snapshot);
                return;
            }

            if (lease.Owner is null && record.Due > now)
            {
                return;
            }

            var isSilent = seen == lease.Sighting && silence.HasPassed;
            if (lease.Owner is null || lease.Owner == node.Incarnation || isSilent || node.Departed.Contains(lease.Owner))
            {
                // What another has left needs allowance: without it is left to a later round, or to another node.
                if (lease.Owner is null || lease.Owner == node.Incarnation || node.Takeovers.TryTake() || IsAwaited)
                {
                    await TakeAsync(record, lease.Sighting);
                }

                return;
            }

            if (seen != lease.Sighting)
            {
                seen = lease.Sighting;
                silence = new Deadline(node.Time, lease.Duration);
            }

            if (look < looks - 1)
            {
                await node.DelayAsync(silence.Remaining, node.Stopping.Token);
            }
        }
    }

    // A refusal means that the tender is alive, or that somebody else was faster.
    private async Task TakeAsync(ConversationRecord record, LeaseSighting seen)
    {
        var tend = new Operation.Tend(node.Incarnation, node.Options.LeaseDuration, seen, node.Time.GetUtcNow());
        switch (await committer.CommitAsync([tend], new Deadline(node.Time, Patience)))
        {
            case CommitOutcome.Committed:
                node.Log.TakenOver(key.Id, record.Lease.Owner ?? "nobody", record.Outbox.Length, record.Queue.Length);
                break;
            case CommitOutcome.Refused(_, var snapshot):
                node.Log.LeaseRefused(key.Id, snapshot.Record.Lease.Owner);
                break;
        }
    }
}
