using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Everturn.Conversations;
using Everturn.Hosting;
using Everturn.Storage;

namespace Everturn.Delivery;

/// <summary>What this node knows of its lease on one conversation.</summary>
/// <remarks>
/// It goes by the record as this node itself wrote it and the store acknowledged it: what a read shows may be a write that
/// is still in doubt.
/// </remarks>
[SuppressMessage("Reliability", "CA1001", Justification = "A source without a timer holds nothing to release.")]
internal sealed class Tenure(ConversationKey key, Committer committer, NodeContext node)
{
    private static readonly TimeSpan CommitPatience = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private Snapshot? _written;
    private long _leaseBegan;
    private CancellationTokenSource _lost = new();
    private volatile bool _isRunning;
    private volatile bool _isStarved;

    /// <summary>The record as this node last wrote it, or as it was when the lease was lost.</summary>
    public ConversationRecord Record
    {
        get
        {
            lock (_lock)
            {
                return _written!.Record;
            }
        }
    }

    /// <summary>The record as this node last wrote it while it holds the lease, by one look; null when the lease is not held.</summary>
    public ConversationRecord? Held => Record is var record && record.Lease.Owner == node.Incarnation ? record : null;

    public bool IsHeld => Held is not null;

    /// <summary>Whether a queued turn is under way under this lease.</summary>
    public bool IsRunning
    {
        get => _isRunning;
        set => _isRunning = value;
    }

    /// <summary>Whether the queue has stood in line for a place for longer than a lease: another node may have one.</summary>
    public bool IsStarved
    {
        get => _isStarved;
        set => _isStarved = value;
    }

    /// <summary>Cancelled when the lease that is held just now is lost.</summary>
    public CancellationToken Lost
    {
        get
        {
            lock (_lock)
            {
                return _lost.Token;
            }
        }
    }

    /// <summary>What is left of the lease for all that others can know.</summary>
    public TimeSpan Left
    {
        get
        {
            lock (_lock)
            {
                return node.Options.LeaseDuration - node.Time.GetElapsedTime(_leaseBegan);
            }
        }
    }

    /// <summary>Learns of an acknowledged write of this node.</summary>
    /// <param name="snapshot">What was written.</param>
    /// <param name="begun">The monotonic time before the write began: the lease counts from there.</param>
    public void Learn(Snapshot snapshot, long begun)
    {
        CancellationTokenSource? lost = null;
        lock (_lock)
        {
            // Another write of this node may be the first to see that the lease has gone, or has gone and come back.
            if (_written is { } former && former.Record.Lease.Owner == node.Incarnation && former.Record.Lease.Claim != snapshot.Record.Lease.Claim)
            {
                lost = Renew();
            }

            _written = snapshot;
            _leaseBegan = begun;
        }

        lost?.Cancel();
    }

    /// <summary>Renews the lease.</summary>
    public Task<CommitOutcome> RenewAsync() =>
        CommitAsync([new Operation.Tend(node.Incarnation, node.Options.LeaseDuration, Expired: null, node.Time.GetUtcNow())]);

    /// <summary>Commits as the tender; when that is impossible for long, the lease is over for all that this node knows.</summary>
    /// <param name="operations">What changes the record.</param>
    /// <param name="users">Users' records to write with it.</param>
    public async Task<CommitOutcome> CommitAsync(ImmutableArray<Operation> operations, ImmutableArray<DocumentWrite> users = default)
    {
        var outcome = await committer.CommitAsync(operations, new Deadline(node.Time, CommitPatience), users);
        switch (outcome)
        {
            case CommitOutcome.Refused(Refusal.LeaseHeld, _):
                // A read says that the lease is gone. It is when a write of our own has found it so; that write also carries what
                // has been delivered, which nobody else knows.
                if (await committer.CommitAsync([], new Deadline(node.Time, CommitPatience)) is CommitOutcome.Committed(var snapshot)
                    && snapshot.Record.Lease.Owner != node.Incarnation)
                {
                    Lose(snapshot);
                }

                break;
            case CommitOutcome.Unreadable:
                // A newer version has taken the conversation on; it does what is owed when this lease has ended.
                Lose(new Snapshot(Record with { Lease = Record.Lease.Released() }, null, 0, SnapshotSource.Read));
                break;
            case CommitOutcome.TimedOut or CommitOutcome.TooLarge:
                await node.DelayAsync(node.Jittered(node.Options.LeaseDuration), CancellationToken.None);
                break;
        }

        return outcome;
    }

    private void Lose(Snapshot snapshot)
    {
        node.Log.LeaseLost(key.Id, snapshot.Record.Lease.Owner);
        CancellationTokenSource lost;
        lock (_lock)
        {
            _written = snapshot;
            lost = Renew();
        }

        lost.Cancel();
    }

    private CancellationTokenSource Renew()
    {
        var former = _lost;
        _lost = new();
        return former;
    }
}
