using Everturn.Storage;

namespace Everturn.Bench;

/// <summary>The memory store, with its reads and writes counted.</summary>
internal sealed class CountingStore : IStore
{
    private readonly MemoryStore _inner = new(Random.Shared);
    private int _loads;
    private int _saves;

    public int Loads => Volatile.Read(ref _loads);

    public int Saves => Volatile.Read(ref _saves);

    public ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _loads);
        return _inner.LoadAsync(key, cancellationToken);
    }

    public ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due)
    {
        Interlocked.Increment(ref _saves);
        return _inner.SaveAsync(key, content, expected, due);
    }

    public ValueTask<bool> DeleteAsync(string key, ETag expected) => _inner.DeleteAsync(key, expected);

    public ValueTask<IReadOnlyList<string>> ListDueAsync(
        string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken) =>
        _inner.ListDueAsync(scope, now, after, limit, cancellationToken);

    public ValueTask<IReadOnlyList<string>> ListKeysAsync(string prefix, string? after, int limit, CancellationToken cancellationToken) =>
        _inner.ListKeysAsync(prefix, after, limit, cancellationToken);
}
