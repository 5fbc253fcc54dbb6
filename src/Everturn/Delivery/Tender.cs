using System.Collections.Immutable;
using Everturn.Conversations;
using Everturn.Hosting;

namespace Everturn.Delivery;

/// <summary>Delivers the outbox of one conversation while this node holds its lease.</summary>
/// <remarks>
/// Only rows of a record that this node wrote itself, and the store acknowledged, are delivered: what a read shows may
/// be a write that is still in doubt.
/// </remarks>
internal sealed class Tender(ConversationKey key, Committer committer, NodeContext node)
{
    private const int RowsPerDelivery = 64;
    private const int RowsPerConfirmation = 8;

    private static readonly TimeSpan LongestConfirmationDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CommitPatience = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Wakeup _wakeup = new(node.Time);
    private Snapshot? _written;
    private long _leaseBegan;
    private bool _tending;

    /// <summary>Learns of an acknowledged write of this node.</summary>
    /// <param name="snapshot">What was written.</param>
    /// <param name="begun">The monotonic time before the write began: the lease counts from there.</param>
    /// <returns>Whether the caller must call <see cref="TendAsync"/>.</returns>
    public bool Learn(Snapshot snapshot, long begun)
    {
        lock (_lock)
        {
            _written = snapshot;
            _leaseBegan = begun;
            var starts = !_tending && Holds(snapshot);
            _tending |= starts;
            if (!starts)
            {
                _wakeup.Signal();
            }

            return starts;
        }
    }

    /// <summary>Ends a wait: the node stops.</summary>
    public void Hurry() => _wakeup.Signal();

    /// <summary>Delivers until nothing is owed, the lease is lost, or the node stops.</summary>
    public async Task TendAsync()
    {
        var failures = 0;
        var pause = new Deadline(node.Time, TimeSpan.Zero);
        long? firstUnconfirmed = null;
        while (true)
        {
            var delivered = committer.Delivered;
            var snapshot = Look();
            if (!Holds(snapshot) && StopTending())
            {
                return;
            }

            var owed = snapshot.Record.Outbox.Where(row => !delivered.Contains(row.Id)).Take(RowsPerDelivery).ToArray();
            firstUnconfirmed = delivered.IsEmpty ? null : firstUnconfirmed ?? node.Time.GetTimestamp();
            if (owed.Length == 0)
            {
                var wait = ConfirmationDelay() - node.Time.GetElapsedTime(firstUnconfirmed ?? 0);
                if (delivered.Length < RowsPerConfirmation && wait > TimeSpan.Zero && firstUnconfirmed is not null && !node.Stopping.IsCancellationRequested)
                {
                    await _wakeup.WaitAsync(wait);
                }
                else
                {
                    // The commit itself carries the confirmations.
                    await CommitAsync([]);
                }
            }
            else if (LeaseLeft() < node.Options.LeaseDuration / 3)
            {
                await CommitAsync([Renewal()]);
            }
            else if (!pause.HasPassed)
            {
                await PauseAsync(pause.Remaining);
            }
            else
            {
                var retryAfter = await DeliverAsync(owed, failures);
                failures = retryAfter is null ? 0 : failures + 1;
                pause = new Deadline(node.Time, retryAfter ?? TimeSpan.Zero);
            }
        }
    }

    private bool Holds(Snapshot snapshot) => snapshot.Record.Lease.Owner == node.Incarnation;

    private Snapshot Look()
    {
        lock (_lock)
        {
            return _written!;
        }
    }

    // The lease must not end while a confirmation waits: its write renews or releases it.
    private TimeSpan ConfirmationDelay()
    {
        var half = node.Options.LeaseDuration / 2;
        return half < LongestConfirmationDelay ? half : LongestConfirmationDelay;
    }

    private bool StopTending()
    {
        lock (_lock)
        {
            _tending = Holds(_written!);
            return !_tending;
        }
    }

    private TimeSpan LeaseLeft()
    {
        lock (_lock)
        {
            return node.Options.LeaseDuration - node.Time.GetElapsedTime(_leaseBegan);
        }
    }

    private Operation.Tend Renewal() => new(node.Incarnation, node.Options.LeaseDuration, Expired: null, node.Time.GetUtcNow());

    /// <summary>Commits; when that is impossible for long, the lease is over for all that this node knows.</summary>
    private async Task CommitAsync(ImmutableArray<Operation> operations)
    {
        var outcome = await committer.CommitAsync(operations, new Deadline(node.Time, CommitPatience));
        if (outcome is CommitOutcome.Refused(_, var snapshot))
        {
            Lose(snapshot);
        }
        else if (outcome is CommitOutcome.Unreadable)
        {
            // A newer version has taken the conversation on; it delivers what is owed when this lease has ended.
            var former = Look();
            Lose(former with { Record = former.Record with { Lease = former.Record.Lease.Released() } });
        }
        else if (outcome is CommitOutcome.TimedOut or CommitOutcome.TooLarge)
        {
            await node.DelayAsync(node.Jittered(node.Options.LeaseDuration), CancellationToken.None);
        }
    }

    private void Lose(Snapshot snapshot)
    {
        node.Log.LeaseLost(key.Id, snapshot.Record.Lease.Owner);
        lock (_lock)
        {
            _written = snapshot;
        }
    }

    /// <summary>Delivers rows while the lease is kept alive; returns null, or how long to wait before the next attempt.</summary>
    private async Task<TimeSpan?> DeliverAsync(OutboxRow[] owed, int failures)
    {
        var channel = node.Channels.For(owed[0].Activity);
        var run = channel is null ? [owed[0]] : owed.TakeWhile(row => node.Channels.For(row.Activity) == channel).ToArray();
        using var lost = new CancellationTokenSource();
        var delivery = channel is null
            ? Task.FromResult<IReadOnlyList<DeliveryOutcome>>([new DeliveryOutcome.Rejected("ET1007: no channel of this node serves its service URL.")])
            : AttemptAsync(channel, run, lost.Token);
        await KeepLeaseDuringAsync(delivery, lost);
        var outcomes = await delivery;
        for (var at = 0; at < outcomes.Count && at < run.Length; at++)
        {
            var row = run[at].Id;
            switch (outcomes[at])
            {
                case DeliveryOutcome.Delivered:
                    committer.NoteDelivered(row);
                    break;
                case DeliveryOutcome.Rejected(var reason):
                    node.Log.RowRejected(key.Id, row.ToString(), reason);
                    committer.NoteDelivered(row);
                    break;
                case DeliveryOutcome.Retry(var after, var reason):
                    node.Log.RowDelayed(key.Id, row.ToString(), reason);
                    return after ?? node.Jittered(NodeContext.Backoff(FirstRetry, LongestRetry, failures));
                case DeliveryOutcome.Ambiguous(var reason):
                    node.Log.RowAmbiguous(key.Id, row.ToString(), reason);
                    return node.Jittered(NodeContext.Backoff(FirstRetry, LongestRetry, failures));
            }
        }

        return null;
    }

    private async Task<IReadOnlyList<DeliveryOutcome>> AttemptAsync(
        IChannel channel, OutboxRow[] rows, CancellationToken cancellationToken)
    {
        try
        {
            return await channel.DeliverAsync(key, rows, cancellationToken);
        }
        catch (Exception exception)
        {
            return [new DeliveryOutcome.Ambiguous(exception.Message)];
        }
    }

    private async Task KeepLeaseDuringAsync(Task delivery, CancellationTokenSource lost)
    {
        while (!delivery.IsCompleted)
        {
            using var awake = new CancellationTokenSource();
            var nap = node.DelayAsync(node.Options.LeaseDuration / 3, awake.Token);
            if (await Task.WhenAny(delivery, nap) == nap)
            {
                await CommitAsync([Renewal()]);
                if (!Holds(Look()))
                {
                    lost.Cancel();
                    return;
                }
            }
            else
            {
                awake.Cancel();
            }
        }
    }

    /// <summary>Waits before the next attempt: a short while under the lease, a long one after giving it back.</summary>
    private async Task PauseAsync(TimeSpan left)
    {
        if (left > node.Options.LeaseDuration || node.Stopping.IsCancellationRequested)
        {
            var now = node.Time.GetUtcNow();
            await CommitAsync([new Operation.Release(node.Incarnation, now + left, now)]);
        }
        else
        {
            var third = node.Options.LeaseDuration / 3;
            await _wakeup.WaitAsync(left < third ? left : third);
        }
    }
}
