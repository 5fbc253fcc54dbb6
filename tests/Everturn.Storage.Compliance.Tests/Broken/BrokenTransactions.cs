namespace Everturn.Storage.Compliance.Tests;

public sealed class KeepsWhatWentBeforeTheConflict : SoundStore
{
    public override ValueTask<IReadOnlyList<ETag>?> SaveAllAsync(IReadOnlyList<DocumentWrite> writes)
    {
        DocumentWrite.ThrowIfInvalid(writes);
        var etags = new List<ETag>();
        lock (Shelf.Lock)
        {
            foreach (var write in writes)
            {
                if (!Holds(write)) return new((IReadOnlyList<ETag>?)null);
                etags.Add(Put(write));
            }
        }

        return new(etags);
    }
}

// A batch that leaves out what is refused, and says so afterwards.
public sealed class WritesTheRestOnConflict : SoundStore
{
    public override ValueTask<IReadOnlyList<ETag>?> SaveAllAsync(IReadOnlyList<DocumentWrite> writes)
    {
        DocumentWrite.ThrowIfInvalid(writes);
        lock (Shelf.Lock)
        {
            var etags = writes.Where(Holds).Select(Put).ToArray();
            return new(etags.Length == writes.Count ? etags : null);
        }
    }
}

public sealed class ChecksTheFirstAlone : SoundStore
{
    public override ValueTask<IReadOnlyList<ETag>?> SaveAllAsync(IReadOnlyList<DocumentWrite> writes)
    {
        DocumentWrite.ThrowIfInvalid(writes);
        lock (Shelf.Lock) return new(Holds(writes[0]) ? [.. writes.Select(Put)] : null);
    }
}

// Puts back what it wrote before the conflict, as new versions.
public sealed class PutsBackUnderNewETags : SoundStore
{
    public override ValueTask<IReadOnlyList<ETag>?> SaveAllAsync(IReadOnlyList<DocumentWrite> writes)
    {
        DocumentWrite.ThrowIfInvalid(writes);
        lock (Shelf.Lock)
        {
            if (writes.All(Holds)) return new([.. writes.Select(Put)]);
            foreach (var write in writes.Where(Holds).Where(write => Items.ContainsKey(write.Key)))
            {
                Items[write.Key] = Items[write.Key] with { ETag = NewETag(write.Key, default) };
            }

            return new((IReadOnlyList<ETag>?)null);
        }
    }
}

public sealed class AnswersInOrderOfKeys : SoundStore
{
    public override ValueTask<IReadOnlyList<ETag>?> SaveAllAsync(IReadOnlyList<DocumentWrite> writes) =>
        base.SaveAllAsync([.. writes.OrderBy(write => write.Key, StringComparer.Ordinal)]);
}

public sealed class OneETagForAll : SoundStore
{
    private ETag _current;

    public override ValueTask<IReadOnlyList<ETag>?> SaveAllAsync(IReadOnlyList<DocumentWrite> writes)
    {
        lock (Shelf.Lock)
        {
            _current = new(Guid.NewGuid().ToString("N"));
            var saved = base.SaveAllAsync(writes);
            _current = default;
            return saved;
        }
    }

    protected override ETag NewETag(string key, ReadOnlyMemory<byte> content) =>
        _current == default ? base.NewETag(key, content) : _current;
}

public sealed class TransactionsForgetDues : SoundStore
{
    public override ValueTask<IReadOnlyList<ETag>?> SaveAllAsync(IReadOnlyList<DocumentWrite> writes) =>
        base.SaveAllAsync([.. writes.Select(write => write with { Due = null })]);
}

public sealed class TakesFewerWritesThanAllowed : SoundStore
{
    public override ValueTask<IReadOnlyList<ETag>?> SaveAllAsync(IReadOnlyList<DocumentWrite> writes) =>
        writes.Count > 10 ? throw new ArgumentException("at most 10", nameof(writes)) : base.SaveAllAsync(writes);
}

// The last of two writes of a document wins, and no writes at all are a success.
public sealed class TakesAnyTransaction : SoundStore
{
    public override ValueTask<IReadOnlyList<ETag>?> SaveAllAsync(IReadOnlyList<DocumentWrite> writes)
    {
        lock (Shelf.Lock) return new(writes.All(Holds) ? [.. writes.Select(Put)] : null);
    }
}

// What a server does that reads at READ COMMITTED and then replaces.
public sealed class ChecksThenWritesAll : SoundStore
{
    public override async ValueTask<IReadOnlyList<ETag>?> SaveAllAsync(IReadOnlyList<DocumentWrite> writes)
    {
        DocumentWrite.ThrowIfInvalid(writes);
        lock (Shelf.Lock)
        {
            if (!writes.All(Holds)) return null;
        }

        await Task.Yield();
        lock (Shelf.Lock) return [.. writes.Select(Put)];
    }
}

// Whoever loads between the two writes sees the one without the other. Writers exclude each other.
public sealed class ShowsHalfOfATransaction : SoundStore
{
    private static readonly SemaphoreSlim OneAtATime = new(1, 1);

    public override async ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due)
    {
        await OneAtATime.WaitAsync();
        try
        {
            return await base.SaveAsync(key, content, expected, due);
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    public override async ValueTask<IReadOnlyList<ETag>?> SaveAllAsync(IReadOnlyList<DocumentWrite> writes)
    {
        DocumentWrite.ThrowIfInvalid(writes);
        await OneAtATime.WaitAsync();
        try
        {
            lock (Shelf.Lock)
            {
                if (!writes.All(Holds)) return null;
            }

            var etags = new List<ETag>();
            foreach (var write in writes)
            {
                lock (Shelf.Lock) etags.Add(Put(write));
                await Task.Delay(1);
            }

            return etags;
        }
        finally
        {
            OneAtATime.Release();
        }
    }
}

// Closed in the middle of a transaction, it leaves half of it behind.
public sealed class StopsInTheMiddle : SoundStore, IDisposable
{
    private volatile bool _closed;

    public void Dispose() => _closed = true;

    public override async ValueTask<IReadOnlyList<ETag>?> SaveAllAsync(IReadOnlyList<DocumentWrite> writes)
    {
        DocumentWrite.ThrowIfInvalid(writes);
        var etags = new List<ETag>();
        foreach (var write in writes)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            lock (Shelf.Lock)
            {
                if (!Holds(write)) return null;
                etags.Add(Put(write));
            }

            if (write != writes[^1]) await Task.Delay(Random.Shared.Next(1, 20));
        }

        return etags;
    }
}

// A store that moves one document at a time, and does not pretend otherwise.
public sealed class OneDocumentStore(IStore inner) : IStore
{
    public ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken) => inner.LoadAsync(key, cancellationToken);

    public ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due) =>
        inner.SaveAsync(key, content, expected, due);

    public ValueTask<bool> DeleteAsync(string key, ETag expected) => inner.DeleteAsync(key, expected);

    public ValueTask<IReadOnlyList<string>> ListDueAsync(
        string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken) =>
        inner.ListDueAsync(scope, now, after, limit, cancellationToken);

    public ValueTask<IReadOnlyList<string>> ListKeysAsync(string prefix, string? after, int limit, CancellationToken cancellationToken) =>
        inner.ListKeysAsync(prefix, after, limit, cancellationToken);
}

public sealed class OneDocumentSubject : StoreSubject
{
    private readonly OneDocumentStore _store = new(new SoundStore());

    public override ValueTask<IStore> OpenAsync() => new(_store);
}
