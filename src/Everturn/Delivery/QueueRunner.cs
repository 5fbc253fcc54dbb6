using Everturn.Conversations;
using Everturn.Hosting;
using Everturn.Turns;

namespace Everturn.Delivery;

/// <summary>Runs the queue of one conversation, one activity after the other, while this node holds its lease.</summary>
internal sealed class QueueRunner(ConversationKey key, Committer committer, Tenure tenure, DeadLetters deadLetters, IBotRunner bots, NodeContext node)
{
    private readonly Lock _lock = new();
    private readonly Wakeup _wakeup = new(node.Time);
    private bool _running;

    private bool HasWork => tenure.Held is { } record && !node.Stopping.IsCancellationRequested && (!record.Queue.IsEmpty || IsAnyDue(record));

    /// <summary>Looks at what the tenure has learned; says whether the caller must call <see cref="RunAsync"/>.</summary>
    public bool Begins()
    {
        lock (_lock)
        {
            var begins = !_running && HasWork;
            _running |= begins;
            return begins;
        }
    }

    /// <summary>Ends a wait: the node stops.</summary>
    public void Hurry() => _wakeup.Signal();

    /// <summary>Runs what is queued until nothing is, the lease is lost, or the node stops.</summary>
    public async Task RunAsync()
    {
        QueuedTurn? turn = null;
        while (HasWork || !Ends())
        {
            // One look for lease and queue. A lease that was lost since the look before may be another node's by now.
            if (tenure.Held is not { Lease.Claim: { } claim } record)
            {
                continue;
            }

            if (IsAnyDue(record))
            {
                await FireAsync(claim);
            }
            else if (!record.Queue.IsEmpty)
            {
                var head = record.Queue[0];
                turn = turn?.Identity == head.Identity ? turn : new(head, record.Tag, key, committer, tenure, deadLetters, bots, node);
                if (turn.Pause.HasPassed)
                {
                    await turn.AdvanceAsync(head.Attempts, claim);
                }
                else
                {
                    await _wakeup.WaitAsync(turn.Pause.Remaining);
                }
            }
        }
    }

    private bool IsAnyDue(ConversationRecord record)
    {
        var now = node.Time.GetUtcNow();
        return record.Timers.Any(timer => timer.Due <= now);
    }

    private async Task FireAsync(LeaseClaim claim)
    {
        if (await tenure.CommitAsync([new Operation.Fire(claim, node.Time.GetUtcNow())]) is CommitOutcome.Committed)
        {
            node.Log.TimersFired(key.Id);
        }
    }

    private bool Ends()
    {
        lock (_lock)
        {
            _running = HasWork;
            return !_running;
        }
    }
}
