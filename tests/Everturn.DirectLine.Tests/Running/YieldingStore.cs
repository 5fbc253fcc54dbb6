using Everturn.Storage;

namespace Everturn.DirectLine.Tests.Running;

/// <summary>A store that lets others go first before each call, so that nodes get into each other's way.</summary>
internal sealed class YieldingStore(IStore inner) : IStore
{
    public async ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return await inner.LoadAsync(key, cancellationToken);
    }

    public async ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due)
    {
        await Task.Yield();
        return await inner.SaveAsync(key, content, expected, due);
    }

    public ValueTask<bool> DeleteAsync(string key, ETag expected) => inner.DeleteAsync(key, expected);

    public ValueTask<IReadOnlyList<string>> ListDueAsync(
        string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken) =>
        inner.ListDueAsync(scope, now, after, limit, cancellationToken);

    public ValueTask<IReadOnlyList<string>> ListKeysAsync(string prefix, string? after, int limit, CancellationToken cancellationToken) =>
        inner.ListKeysAsync(prefix, after, limit, cancellationToken);
}
