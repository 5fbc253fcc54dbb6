using System.Runtime.CompilerServices;
using System.Text;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Storage;
using Everturn.Testing.VirtualTime;

namespace Everturn.Testing.Bots;

/// <summary>The store that all nodes of a test share: in memory, each call a moment of its own, with what goes wrong at commits.</summary>
internal sealed class TestStore(Scheduler scheduler, Process world, TimeProvider time, Faults faults, Random random)
{
    private const int MostListed = 1000;

    private readonly Scheduler _scheduler = scheduler;
    private readonly Process _world = world;
    private readonly Faults _faults = faults;
    private readonly MemoryStore _documents = new(random);
    private readonly List<Connection> _connections = [];

    /// <summary>A node's way to the store.</summary>
    /// <param name="process">The node's.</param>
    /// <param name="die">Ends the node.</param>
    /// <param name="hasTransactions">Whether it can write several documents as one.</param>
    public IStore For(Process process, Action die, bool hasTransactions)
    {
        var connection = hasTransactions ? new TransactionalConnection(this, process, die) : new Connection(this, process, die);
        _connections.Add(connection);
        foreach (var (key, record) in Conversations())
        {
            if (record.Due <= time.GetUtcNow())
            {
                connection.Tell(key.ToStoreKey());
            }
        }

        return connection;
    }

    /// <summary>The turn that was given up last, unless somebody has listed dead letters since.</summary>
    public DeadLetter? GivenUp { get; private set; }

    /// <summary>A document as it is now.</summary>
    public StoredDocument? Find(string key) => Now(_documents.LoadAsync(key, CancellationToken.None));

    /// <summary>All conversations as they are now.</summary>
    public IEnumerable<(ConversationKey Key, ConversationRecord Record)> Conversations()
    {
        string? after = null;
        do
        {
            var keys = Now(_documents.ListKeysAsync("", after, MostListed, CancellationToken.None));
            foreach (var key in keys)
            {
                if (ConversationKey.TryParse(key, out var conversation) && Find(key) is { } document)
                {
                    yield return (conversation, RecordFormat.Read(document.Content));
                }
            }

            after = keys.Count < MostListed ? null : keys[^1];
        }
        while (after is not null);
    }

    // Everything that the store in memory does is done when it returns.
    private static T Now<T>(ValueTask<T> done) => done.IsCompletedSuccessfully ? done.Result : done.AsTask().GetAwaiter().GetResult();

    private SaveResult Save(DocumentWrite write) =>
        Saved(write, Now(_documents.SaveAsync(write.Key, write.Content, write.Expected, write.Due)));

    private IReadOnlyList<ETag>? SaveAll(IReadOnlyList<DocumentWrite> writes)
    {
        var saved = Now(_documents.SaveAllAsync(writes));
        for (var at = 0; at < saved?.Count; at++)
        {
            Saved(writes[at], new SaveResult(saved[at]));
        }

        return saved;
    }

    // Nodes look for what is due at intervals. Here they are told, so that intervals can be long and virtual time passes quickly.
    private SaveResult Saved(DocumentWrite write, SaveResult result)
    {
        if (result.IsSaved && IsOfDeadLetters(write.Key) && DeadLetterFormat.Read(write.Key, write.Content) is { Kind: DeadLetterKind.Inbound } letter)
        {
            GivenUp = letter;
        }

        if (result.IsSaved && write.Due is { } due)
        {
            _scheduler.After(due - time.GetUtcNow(), _world, () =>
            {
                if (Now(_documents.ListDueAsync(write.Key.Split('/')[0], time.GetUtcNow(), null, MostListed, CancellationToken.None)).Contains(write.Key, StringComparer.Ordinal))
                {
                    _connections.ForEach(connection => connection.Tell(write.Key));
                }
            });
        }

        return result;
    }

    private static bool IsOfDeadLetters(string key) => key.Contains($"/{DeadLetter.StoreKind}/", StringComparison.Ordinal);

    private IReadOnlyList<string> ListKeys(string prefix, string? after, int limit)
    {
        if (IsOfDeadLetters(prefix))
        {
            GivenUp = null;
        }

        return Now(_documents.ListKeysAsync(prefix, after, limit, CancellationToken.None));
    }

    private bool IsTurn(DocumentWrite write) =>
        ConversationKey.TryParse(write.Key, out _) && RecordFormat.Read(write.Content).Revision > (Record(write.Key)?.Revision ?? 0);

    private bool IsQueued(DocumentWrite write) =>
        ConversationKey.TryParse(write.Key, out _) && RecordFormat.Read(write.Content).Queue.Length > (Record(write.Key)?.Queue.Length ?? 0);

    private ConversationRecord? Record(string key) => Find(key) is { } document ? RecordFormat.Read(document.Content) : null;

    // As a turn of another node that changed nothing that anybody sees.
    private void GetInFirst(string key)
    {
        var document = Find(key);
        var record = document is null ? ConversationRecord.New(Bytes(Inbox.KeyBytes)) : RecordFormat.Read(document.Content);
        var bounds = new RecordBounds(TimeSpan.FromMinutes(15), int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue, null, TimeSpan.FromDays(1));
        var identity = new ActivityIdentity(Encoding.UTF8.GetBytes($"conflict {Convert.ToHexString(Bytes(8))}"));
        var turn = new Operation.Turn(
            record.Revision, record.Stamp, Convert.ToHexStringLower(Bytes(8)), [new TurnEffect(identity, [], null)], record.State, null, "conflict", TimeSpan.FromSeconds(1), bounds, time.GetUtcNow());
        var (next, _) = Transition.Apply(record, turn);
        Save(new(key, RecordFormat.Write(next with { Expires = record.Expires }), document?.ETag, next.Due));
    }

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private sealed class TransactionalConnection(TestStore store, Process process, Action die) : Connection(store, process, die), ITransactionalStore
    {
        private readonly TestStore _store = store;

        public ValueTask<IReadOnlyList<ETag>?> SaveAllAsync(IReadOnlyList<DocumentWrite> writes)
        {
            DocumentWrite.ThrowIfInvalid(writes);
            return WriteAsync(writes, () => _store.SaveAll(writes));
        }
    }

    private class Connection(TestStore store, Process process, Action die) : IStore, IStoreSignals
    {
        private readonly Queue<string> _told = [];
        private TaskCompletionSource? _listening;

        public ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken) =>
            CallAsync(() => store.Find(key));

        public ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due)
        {
            var write = new DocumentWrite(key, content, expected, due);
            return WriteAsync([write], () => store.Save(write));
        }

        public ValueTask<bool> DeleteAsync(string key, ETag expected) => WriteAsync([], () => Now(store._documents.DeleteAsync(key, expected)));

        public ValueTask<IReadOnlyList<string>> ListDueAsync(
            string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken) =>
            CallAsync(() => Now(store._documents.ListDueAsync(scope, now, after, limit, CancellationToken.None)));

        public ValueTask<IReadOnlyList<string>> ListKeysAsync(string prefix, string? after, int limit, CancellationToken cancellationToken) =>
            CallAsync(() => store.ListKeys(prefix, after, limit));

        public void Announce(string key) => store._connections.ForEach(connection =>
        {
            if (connection != this)
            {
                connection.Tell(key);
            }
        });

        public async IAsyncEnumerable<string> ListenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                while (_told.TryDequeue(out var key))
                {
                    yield return key;
                }

                var listening = _listening = new();
                await using var end = cancellationToken.Register(() => listening.TrySetResult());
                await listening.Task;
            }
        }

        /// <summary>Tells the node that a document is worth a look.</summary>
        public void Tell(string key) => store._scheduler.Soon(process, () =>
        {
            _told.Enqueue(key);
            _listening?.TrySetResult();
        });

        protected ValueTask<T> WriteAsync<T>(IReadOnlyList<DocumentWrite> writes, Func<T> write) => CallAsync(() =>
        {
            var (before, after) = store._faults.Write();
            var turn = writes.FirstOrDefault(store.IsTurn);
            if (turn is not null && store._faults.Happens<Fault.Conflict>())
            {
                store.GetInFirst(turn.Key);
                return (true, write());
            }

            if (before || (turn is not null && store._faults.Crashes(CrashPoint.Moment.BeforeCommit)))
            {
                die();
                return (false, default!);
            }

            var isQueued = turn is null && writes.Any(store.IsQueued);
            var written = write();
            if (after
                || (turn is not null && store._faults.Crashes(CrashPoint.Moment.AfterCommit))
                || (isQueued && store._faults.Crashes(CrashPoint.Moment.AfterQueued)))
            {
                die();
                return (false, default!);
            }

            return (true, written);
        });

        private ValueTask<T> CallAsync<T>(Func<T> effect) => CallAsync(() => (true, effect()));

        // Call and answer are moments of their own, between which others may come. A dead node gets no answer.
        private async ValueTask<T> CallAsync<T>(Func<(bool IsAnswered, T Answer)> effect)
        {
            var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
            store._scheduler.Soon(process, () => store._scheduler.Soon(store._world, () =>
            {
                try
                {
                    if (effect() is (true, var result))
                    {
                        answer.TrySetResult(result);
                    }
                }
                catch (Exception exception)
                {
                    answer.TrySetException(exception);
                }
            }));
            return await answer.Task;
        }
    }
}
