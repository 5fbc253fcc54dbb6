using System.Text;

namespace Everturn.Storage;

/// <summary>Documents in the memory of one process: for a first try, tests and simulations. Nothing survives the process.</summary>
/// <remarks>Like every store it moves bytes: what is loaded is a copy, so no object is shared between two turns.</remarks>
/// <param name="random">The source of ETags.</param>
public sealed class MemoryStore(Random random) : ITransactionalStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Entry> _documents = new(Utf8Order.Instance);

    /// <inheritdoc />
    public ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken)
    {
        ThrowIfInvalid(key);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new(_documents.TryGetValue(key, out var entry)
                ? new StoredDocument(entry.Content.ToArray(), entry.ETag)
                : null);
        }
    }

    /// <inheritdoc />
    public ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due)
    {
        ThrowIfInvalid(key);
        lock (_lock)
        {
            return new(IsAt(key, expected) ? new SaveResult(Put(key, content, due)) : SaveResult.PreconditionFailed);
        }
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<ETag>?> SaveAllAsync(IReadOnlyList<DocumentWrite> writes)
    {
        DocumentWrite.ThrowIfInvalid(writes);
        lock (_lock)
        {
            return new(writes.All(write => IsAt(write.Key, write.Expected))
                ? writes.Select(write => Put(write.Key, write.Content, write.Due)).ToArray()
                : null);
        }
    }

    /// <inheritdoc />
    public ValueTask<bool> DeleteAsync(string key, ETag expected)
    {
        ThrowIfInvalid(key);
        lock (_lock)
        {
            return new(_documents.TryGetValue(key, out var entry) && entry.ETag == expected && _documents.Remove(key));
        }
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<string>> ListDueAsync(
        string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken) =>
        List(scope + "/", after, limit, entry => entry.Due <= now, cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<string>> ListKeysAsync(
        string prefix, string? after, int limit, CancellationToken cancellationToken) =>
        List(prefix, after, limit, _ => true, cancellationToken);

    private ValueTask<IReadOnlyList<string>> List(
        string prefix, string? after, int limit, Func<Entry, bool> wanted, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new(_documents
                .Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)
                    && (after is null || Utf8Order.Instance.Compare(pair.Key, after) > 0)
                    && wanted(pair.Value))
                .Select(pair => pair.Key)
                .Take(limit)
                .ToArray());
        }
    }

    private bool IsAt(string key, ETag? expected) =>
        (_documents.TryGetValue(key, out var entry) ? entry.ETag : (ETag?)null) == expected;

    private ETag Put(string key, ReadOnlyMemory<byte> content, DateTimeOffset? due)
    {
        var etag = NewETag();
        _documents[key] = new Entry(content.ToArray(), etag, due);
        return etag;
    }

    private ETag NewETag()
    {
        Span<byte> bits = stackalloc byte[16];
        random.NextBytes(bits);
        return new ETag(Convert.ToHexStringLower(bits));
    }

    private static void ThrowIfInvalid(string key)
    {
        if (!StoreKey.IsValid(key))
        {
            throw new ArgumentException($"ET1001: '{key}' is not a valid key.", nameof(key));
        }
    }

    private sealed record Entry(byte[] Content, ETag ETag, DateTimeOffset? Due);

    // Ordinal order of UTF-16 code units differs from that of UTF-8 bytes for surrogates; every store must list alike.
    private sealed class Utf8Order : IComparer<string>
    {
        public static readonly Utf8Order Instance = new();

        public int Compare(string? x, string? y) =>
            Encoding.UTF8.GetBytes(x ?? "").AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y ?? ""));
    }
}
