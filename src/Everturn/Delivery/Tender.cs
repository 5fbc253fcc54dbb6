using Everturn.Conversations;
using Everturn.Hosting;

namespace Everturn.Delivery;

/// <summary>Delivers the outbox of one conversation while this node holds its lease, and keeps the lease while anything is owed.</summary>
internal sealed class Tender(ConversationKey key, Committer committer, Tenure tenure, DeadLetters deadLetters, NodeContext node)
{
    private const int RowsPerDelivery = 64;
    private const int RowsPerConfirmation = 8;
    private const int MostFailuresOfAChange = 10;

    private static readonly TimeSpan LongestConfirmationDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PauseForOthers = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Wakeup _wakeup = new(node.Time);
    private readonly Dictionary<RowId, string> _inDoubt = [];
    private (RowId? Row, int Times) _failing;
    private bool _tending;

    /// <summary>Looks at what the tenure has learned; says whether the caller must call <see cref="TendAsync"/>.</summary>
    public bool Begins()
    {
        lock (_lock)
        {
            var begins = !_tending && tenure.IsHeld;
            _tending |= begins;
            if (!begins)
            {
                _wakeup.Signal();
            }

            return begins;
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
            var delivered = committer.Delivered.ToArray();
            // One look for lease and rows: another part of this node may learn meanwhile that the lease is lost.
            if (tenure.Held is not { } record)
            {
                if (Ends())
                {
                    return;
                }

                continue;
            }

            var known = delivered.Select(row => row.Id).ToHashSet();
            var owed = Next(record.Outbox.Where(row => !known.Contains(row.Id)));
            firstUnconfirmed = delivered.IsEmpty ? null : firstUnconfirmed ?? node.Time.GetTimestamp();
            if (tenure.Left < node.Options.LeaseDuration / 3)
            {
                await tenure.RenewAsync();
            }
            else if (owed.Length == 0 || delivered.Length >= RowsPerConfirmation)
            {
                await ConfirmOrWaitAsync(record, delivered.Length, firstUnconfirmed);
            }
            else if (!pause.HasPassed)
            {
                await PauseAsync(record, owed[0], pause.Remaining);
            }
            else
            {
                var retryAfter = await DeliverAsync(owed, new ChangeTargets(record, delivered), failures);
                failures = retryAfter is null ? 0 : failures + 1;
                pause = new Deadline(node.Time, retryAfter ?? TimeSpan.Zero);
            }
        }
    }

    // What changes a user's record need not wait for the channel.
    private static OutboxRow[] Next(IEnumerable<OutboxRow> owed)
    {
        var rows = owed.ToArray();
        return [.. (Array.Exists(rows, row => row.User is not null) ? rows.Where(row => row.User is not null) : rows).Take(RowsPerDelivery)];
    }

    private IChannel? ChannelOf(OutboxRow row) => row.User is null ? node.Channels.For(row.Activity) : node.Users;

    private bool Ends()
    {
        lock (_lock)
        {
            _tending = tenure.IsHeld;
            return !_tending;
        }
    }

    // The lease must not end while a confirmation waits: its write renews or releases it.
    private async Task ConfirmOrWaitAsync(ConversationRecord record, int delivered, long? firstUnconfirmed)
    {
        var third = node.Options.LeaseDuration / 3;
        var wait = firstUnconfirmed is { } first ? ConfirmationDelay() - node.Time.GetElapsedTime(first) : third;
        var isToGo = (node.Stopping.IsCancellationRequested || tenure.IsStarved) && !tenure.IsRunning;
        if (delivered < RowsPerConfirmation && wait > TimeSpan.Zero && !node.Stopping.IsCancellationRequested && !isToGo)
        {
            await _wakeup.WaitAsync(wait < third ? wait : third);
        }
        else if (delivered > 0)
        {
            // The commit itself carries the confirmations.
            await tenure.CommitAsync([]);
        }
        else if (isToGo)
        {
            // What waits in the queue is another node's now, or any node's that has a place for it.
            tenure.IsStarved = false;
            await ReleaseAsync(TimeSpan.Zero);
        }
        else
        {
            await _wakeup.WaitAsync(third);
        }
    }

    private TimeSpan ConfirmationDelay()
    {
        var half = node.Options.LeaseDuration / 2;
        return half < LongestConfirmationDelay ? half : LongestConfirmationDelay;
    }

    /// <summary>Delivers rows while the lease is kept alive; returns null, or how long to wait before the next attempt.</summary>
    private async Task<TimeSpan?> DeliverAsync(OutboxRow[] owed, ChangeTargets targets, int failures)
    {
        var channel = ChannelOf(owed[0]);
        if (channel is null)
        {
            // Another node may have it: one of a newer version, or of another configuration.
            node.Log.RowDelayed(key.Id, owed[0].Id.ToString(), "ET1007: no channel of this node serves its service URL. It is left to a node that has one.");
            return node.Options.LeaseDuration + PauseForOthers;
        }

        var holds = !channel.TakesOurIds && node.Options.AmbiguousDelivery.GetValueOrDefault(key.Channel) is AmbiguousDelivery.Hold;
        if (holds && IsInDoubt(owed[0]))
        {
            return await HoldAsync(owed[0], failures);
        }

        var run = owed.TakeWhile(row => ChannelOf(row) == channel && !(holds && IsInDoubt(row))).ToArray();
        if (!channel.TakesOurIds)
        {
            // No more than may come twice when this node dies.
            run = targets.Reachable(run.Take(RowsPerConfirmation), row => node.Log.ChangedUnconfirmed(key.Id, row.ToString()));
        }

        if (run.Length == 0)
        {
            node.Log.ChangeDropped(key.Id, owed[0].Id.ToString(), $"ET1043: it changes what row {owed[0].TargetRow} sends, for which the channel gave no id, or which it does not have.");
            committer.Delivered.Add(owed[0].Id, activityId: null);
            return null;
        }

        using var lost = new CancellationTokenSource();
        var delivery = AttemptAsync(channel, run, lost.Token);
        await KeepLeaseDuringAsync(delivery, lost);
        var outcomes = await delivery;
        foreach (var (row, outcome) in run.Zip(outcomes))
        {
            if (holds && row.Action is RowAction.Send && outcome is DeliveryOutcome.Ambiguous(var doubt))
            {
                _inDoubt[row.Id] = doubt;
            }
        }

        foreach (var (row, outcome) in run.Zip(outcomes))
        {
            switch (outcome)
            {
                case DeliveryOutcome.Delivered(var id):
                    committer.Delivered.Add(row.Id, channel.TakesOurIds ? null : id);
                    break;
                case DeliveryOutcome.Rejected(var reason):
                    Drop(row, reason);
                    break;
                case DeliveryOutcome.Ambiguous when holds && row.Action is RowAction.Send:
                    return await HoldAsync(row, failures);
                case DeliveryOutcome.Ambiguous(var reason) when !channel.TakesOurIds && FailsForGood(row):
                    node.Log.ChangeDropped(key.Id, row.Id.ToString(), $"ET1061: the channel has failed {MostFailuresOfAChange} times in a row at this change: {reason}");
                    committer.Delivered.Add(row.Id, activityId: null);
                    return null;
                case DeliveryOutcome.Ambiguous(var reason):
                    node.Log.RowAmbiguous(key.Id, row.Id.ToString(), reason);
                    return Backoff(failures);
                case DeliveryOutcome.Retry(var after, var reason):
                    _failing = default;
                    node.Log.RowDelayed(key.Id, row.Id.ToString(), reason);
                    return after ?? Backoff(failures);
            }
        }

        return null;
    }

    // What changes an activity must not hold up what is said behind it for good. A message is never given up so.
    private bool FailsForGood(OutboxRow row)
    {
        _failing = row.Action is RowAction.Send ? default : (row.Id, _failing.Row == row.Id ? _failing.Times + 1 : 1);
        return _failing.Times >= MostFailuresOfAChange;
    }

    private TimeSpan Backoff(int failures) => node.Jittered(NodeContext.Backoff(FirstRetry, LongestRetry, failures));

    private void Drop(OutboxRow row, string reason)
    {
        node.Log.RowRejected(key.Id, row.Id.ToString(), reason);
        committer.Delivered.Add(row.Id, activityId: null);
    }

    // A change may come twice and means the same.
    private bool IsInDoubt(OutboxRow row) => row.Action is RowAction.Send && (row.IsAmbiguous || _inDoubt.ContainsKey(row.Id));

    /// <summary>Leaves a row, which may or may not have been delivered, to a person.</summary>
    private async Task<TimeSpan?> HoldAsync(OutboxRow row, int failures)
    {
        var reason = _inDoubt.GetValueOrDefault(row.Id, "Its former tender fell silent and may have sent it.");
        if (!await deadLetters.TryPutAsync(DeadLetter.Of(key, row, reason, node.Time.GetUtcNow())))
        {
            return Backoff(failures);
        }

        committer.Delivered.Add(row.Id, activityId: null);
        _inDoubt.Remove(row.Id);
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
            // Nobody knows how far it came.
            return [.. rows.Select(_ => new DeliveryOutcome.Ambiguous(exception.Message))];
        }
    }

    // The store may keep a renewal waiting for longer than the lease lasts.
    private async Task KeepLeaseDuringAsync(Task delivery, CancellationTokenSource lost)
    {
        var third = node.Options.LeaseDuration / 3;
        var renewal = Task.CompletedTask;
        for (var look = 0; !delivery.IsCompleted; look++)
        {
            var left = tenure.Left;
            if (!tenure.IsHeld || left <= TimeSpan.Zero)
            {
                lost.Cancel();
                break;
            }

            if (look > 0 && renewal.IsCompleted && left <= 2 * third)
            {
                renewal = tenure.RenewAsync();
            }

            using var awake = new CancellationTokenSource();
            var soon = left / 2 < third ? left / 2 : third;
            var nap = node.DelayAsync(renewal.IsCompleted ? soon : left, awake.Token);
            await (renewal.IsCompleted ? Task.WhenAny(delivery, nap) : Task.WhenAny(delivery, nap, renewal));
            awake.Cancel();
        }

        await renewal;
    }

    /// <summary>Waits before the next attempt: a short while under the lease, a long one after giving it back.</summary>
    private async Task PauseAsync(ConversationRecord record, OutboxRow next, TimeSpan left)
    {
        var third = node.Options.LeaseDuration / 3;
        // Another tender would count its failures anew.
        var isLong = left > node.Options.LeaseDuration && record.Queue.IsEmpty && _failing.Row != next.Id;
        if ((isLong || node.Stopping.IsCancellationRequested) && !tenure.IsRunning)
        {
            await ReleaseAsync(left);
        }
        else
        {
            await _wakeup.WaitAsync(left < third ? left : third);
        }
    }

    private Task<CommitOutcome> ReleaseAsync(TimeSpan pause)
    {
        var now = node.Time.GetUtcNow();
        return tenure.CommitAsync([new Operation.Release(node.Incarnation, [.. _inDoubt.Keys], now + pause, now)]);
    }
}
