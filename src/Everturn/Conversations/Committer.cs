using System.Collections.Immutable;
using Everturn.Delivery;
using Everturn.Hosting;
using Everturn.Storage;
using Everturn.Users;

namespace Everturn.Conversations;

/// <summary>The commit path of one conversation on this node: load or cached, apply, save; again until it is known what became of it.</summary>
/// <remarks>
/// Commits of one conversation run one at a time. Each carries the confirmation of what has been delivered since the last.
/// </remarks>
/// <param name="key">The conversation.</param>
/// <param name="node">What the node gives its conversations.</param>
/// <param name="written">Told of every acknowledged write, with the monotonic time before it began.</param>
internal sealed class Committer(ConversationKey key, NodeContext node, Action<Snapshot, long> written)
{
    private readonly string _storeKey = key.ToStoreKey();
    private readonly OneAtATime _oneAtATime = new(node);

    // A conversation that is not there yet has one life: a first turn runs on it before its commit makes it so.
    private Snapshot? _unborn;

    /// <summary>The record as this node last saw it; null when it has forgotten.</summary>
    public Snapshot? Cached => node.Cache.Get(key);

    /// <summary>Rows that the channel has; the next commit strikes them.</summary>
    public DeliveredRows Delivered { get; } = new();

    /// <summary>The record to run a turn on: the cached one, unless only a read will do or the cache is often stale.</summary>
    /// <param name="fresh">Whether only a read will do.</param>
    public async Task<Snapshot> ReadAsync(bool fresh, CancellationToken cancellationToken)
    {
        if (!fresh && !node.Cache.ReadsFirst)
        {
            return Cached ?? await LoadAsync(cancellationToken);
        }

        var cached = Cached;
        var loaded = await LoadAsync(cancellationToken);
        if (cached is not null)
        {
            node.Cache.Learn(wasStale: cached.ETag != loaded.ETag);
        }

        // An own write behind the same version says more than a read of it.
        return cached is not null && cached.ETag is not null && cached.ETag == loaded.ETag ? cached : loaded;
    }

    /// <summary>Commits operations as one write. None at all writes the record as it is, which makes what it holds certain.</summary>
    /// <param name="operations">What changes the record.</param>
    /// <param name="deadline">After this no save begins.</param>
    /// <param name="users">Users' records to write with it, each as the turns have seen it; only for a transactional store.</param>
    public async Task<CommitOutcome> CommitAsync(
        ImmutableArray<Operation> operations, Deadline deadline, ImmutableArray<DocumentWrite> users = default)
    {
        if (!await _oneAtATime.TryEnterAsync(deadline))
        {
            return new CommitOutcome.TimedOut("another write of the conversation is under way");
        }

        try
        {
            return await CommitInTurnAsync(operations, deadline, users.IsDefault ? [] : users);
        }
        finally
        {
            _oneAtATime.Leave();
        }
    }

    private async Task<CommitOutcome> CommitInTurnAsync(ImmutableArray<Operation> operations, Deadline deadline, ImmutableArray<DocumentWrite> users)
    {
        var reason = "the node was busy";
        var mustRead = false;
        for (var attempt = 0; !deadline.HasPassed; attempt++)
        {
            var isSaving = false;
            try
            {
                using var patience = node.CancelAfter(deadline.Remaining);
                var cached = mustRead ? null : Cached;
                var current = cached ?? await LoadAsync(patience.Token);
                var confirmed = Delivered.ToArray();
                var (next, refusal) = ApplyAll(current.Record, confirmed, operations);
                var bytes = RecordFormat.Write(next);
                var most = MostBytes(operations);
                var isTooLarge = bytes.Length > most && bytes.Length > current.Bytes;
                if (refusal is not Refusal.None || isTooLarge)
                {
                    if (cached is not null)
                    {
                        // Nothing is refused for what was so when this node last looked.
                        mustRead = true;
                        continue;
                    }

                    return isTooLarge
                        ? new CommitOutcome.TooLarge(bytes.Length, most)
                        : new CommitOutcome.Refused(refusal, current);
                }

                if (deadline.HasPassed)
                {
                    break;
                }

                var begun = node.Time.GetTimestamp();
                isSaving = true;
                var saved = await SaveAsync(new(_storeKey, bytes, current.ETag, next.Due), users, deadline);
                node.Cache.Learn(wasStale: !saved.IsSaved);
                if (saved.ETag is { } etag)
                {
                    _unborn = null;
                    var snapshot = new Snapshot(next, etag, bytes.Length, SnapshotSource.Written);
                    node.Cache.Put(key, snapshot);
                    // First the record without the rows, then the rows: so no reader of both sees one as still owed.
                    written(snapshot, begun);
                    Delivered.Remove(confirmed);
                    return new CommitOutcome.Committed(snapshot);
                }

                // Another write was first: the record must be read and the operations applied again.
                node.Cache.Remove(key);
                mustRead = false;
                reason = "other nodes write the same conversation";
                if (await UserWrites.HaveMovedAsync(node, users, patience.Token))
                {
                    return new CommitOutcome.Refused(Refusal.UserStateMoved, current);
                }
            }
            catch (UnreadableRecordException exception)
            {
                return new CommitOutcome.Unreadable(exception.Message);
            }
            catch (Exception exception)
            {
                // The outcome is unknown, and an unchanged ETag would prove nothing. Reading again and applying again to
                // what is there settles it: either the operations are found done, or a write of ours follows that fences
                // the one in doubt.
                node.Cache.Remove(key);
                node.Log.StoreFailed(key.Id, exception);
                if (isSaving && exception is not StoreCircuitOpenException)
                {
                    node.Log.SaveInDoubt(key.Id);
                }

                reason = $"the store failed: {exception.Message}";
            }

            await node.BackOffAsync(attempt, deadline);
        }

        return new CommitOutcome.TimedOut(reason);
    }

    // What waits leaves room for the turns before it, and for the results of their calls.
    private int MostBytes(ImmutableArray<Operation> operations) => operations.Any(operation => operation is Operation.Accept)
        ? node.Options.MaxRecordBytes / 4 * 3
        : node.Options.MaxRecordBytes;

    private async Task<Snapshot> LoadAsync(CancellationToken cancellationToken)
    {
        Snapshot snapshot;
        if (await node.Circuit.CallAsync(() => node.Store.LoadAsync(_storeKey, cancellationToken).AsTask(), cancellationToken) is { } document)
        {
            _unborn = null;
            snapshot = new Snapshot(RecordFormat.Read(document.Content), document.ETag, document.Content.Length, SnapshotSource.Read);
        }
        else
        {
            var unborn = Cached is { ETag: null } seen ? seen : new Snapshot(ConversationRecord.New(node.RandomBytes(Inbox.KeyBytes)), null, 0, SnapshotSource.Read);
            snapshot = Interlocked.CompareExchange(ref _unborn, unborn, null) ?? unborn;
        }

        if (Cached is not { } cached || cached.ETag != snapshot.ETag)
        {
            node.Cache.Put(key, snapshot);
        }

        return snapshot;
    }

    private (ConversationRecord Record, Refusal Refusal) ApplyAll(
        ConversationRecord record, ImmutableArray<DeliveredRow> confirmed, ImmutableArray<Operation> operations)
    {
        if (!confirmed.IsEmpty)
        {
            (record, _) = Transition.Apply(record, new Operation.Confirm(node.Incarnation, confirmed, node.Bounds, node.Time.GetUtcNow()));
        }

        foreach (var operation in operations)
        {
            (record, var refusal) = Transition.Apply(record, operation);
            if (refusal is not Refusal.None)
            {
                return (record, refusal);
            }
        }

        return (record, Refusal.None);
    }

    // A save is never cancelled: who stops waiting leaves it in doubt.
    private Task<SaveResult> SaveAsync(DocumentWrite record, ImmutableArray<DocumentWrite> users, Deadline deadline) =>
        node.Circuit.CallAsync(() =>
        {
            var save = UserWrites.SaveAsync(node.Store, record, users);
            return save.IsCompleted ? save.AsTask() : save.AsTask().WaitAsync(deadline.Remaining, node.Time);
        });
}
