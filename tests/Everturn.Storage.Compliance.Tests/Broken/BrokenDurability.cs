namespace Everturn.Storage.Compliance.Tests;

// Acknowledges first and writes on closing: what a write-behind cache does.
public sealed class WritesOnClose : SoundStore, IDisposable
{
    private readonly Shelf _behind = new();
    private bool _begun;

    public void Dispose()
    {
        if (!_begun) return;
        lock (Shelf.Lock)
        {
            Items.Clear();
            foreach (var (key, item) in _behind.Items) Items[key] = item;
        }
    }

    public override ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken) => Behind().LoadAsync(key, cancellationToken);

    public override ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due) =>
        Behind().SaveAsync(key, content, expected, due);

    public override ValueTask<IReadOnlyList<ETag>?> SaveAllAsync(IReadOnlyList<DocumentWrite> writes) => Behind().SaveAllAsync(writes);

    public override ValueTask<bool> DeleteAsync(string key, ETag expected) => Behind().DeleteAsync(key, expected);

    private SoundStore Behind()
    {
        lock (_behind.Lock)
        {
            if (!_begun) foreach (var (key, item) in Items) _behind.Items[key] = item;
            _begun = true;
        }

        return new SoundStore { Shelf = _behind };
    }
}

// Acknowledges, writes a moment later, and drops on closing what had not been written.
public sealed class DropsOnClose : SoundStore, IDisposable
{
    private volatile bool _closed;

    public void Dispose() => _closed = true;

    public override ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due) =>
        _closed ? new(new SaveResult(new ETag("acknowledged"))) : base.SaveAsync(key, content, expected, due);
}

// Keeps bytes and dues across a restart, but not versions.
public sealed class NewETagsOnReopening : SoundStore
{
    private readonly string _handle = Guid.NewGuid().ToString("N");

    public override async ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken) =>
        await base.LoadAsync(key, cancellationToken) is { } document ? document with { ETag = new(_handle + document.ETag) } : null;

    public override async ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due)
    {
        var saved = await base.SaveAsync(key, content, Inner(expected), due);
        return saved.IsSaved ? new(new ETag(_handle + saved.ETag)) : saved;
    }

    public override async ValueTask<IReadOnlyList<ETag>?> SaveAllAsync(IReadOnlyList<DocumentWrite> writes) =>
        await base.SaveAllAsync([.. writes.Select(write => write with { Expected = Inner(write.Expected) })]) is { } etags
            ? [.. etags.Select(etag => new ETag(_handle + etag))]
            : null;

    public override ValueTask<bool> DeleteAsync(string key, ETag expected) => base.DeleteAsync(key, Inner(expected)!.Value);

    private ETag? Inner(ETag? outer) => outer?.Value.StartsWith(_handle, StringComparison.Ordinal) == true
        ? new ETag(outer.Value.Value[_handle.Length..])
        : outer is null ? null : new ETag("of another handle");
}
