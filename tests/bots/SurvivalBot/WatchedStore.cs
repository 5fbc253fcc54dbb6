using Everturn.Storage;

namespace SurvivalBot;

/// <summary>A store that tells the test of each write.</summary>
internal sealed class WatchedStore(ITransactionalStore inner, Outside outside) : ITransactionalStore
{
    public ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken) => inner.LoadAsync(key, cancellationToken);

    public async ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due)
    {
        await outside.TellAsync("before", key, content);
        var saved = await inner.SaveAsync(key, content, expected, due);
        if (saved.IsSaved)
        {
            await outside.TellAsync("after", key, content);
        }

        return saved;
    }

    public ValueTask<IReadOnlyList<ETag>?> SaveAllAsync(IReadOnlyList<DocumentWrite> writes) => inner.SaveAllAsync(writes);

    public ValueTask<bool> DeleteAsync(string key, ETag expected) => inner.DeleteAsync(key, expected);

    public ValueTask<IReadOnlyList<string>> ListDueAsync(string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken) =>
        inner.ListDueAsync(scope, now, after, limit, cancellationToken);

    public ValueTask<IReadOnlyList<string>> ListKeysAsync(string prefix, string? after, int limit, CancellationToken cancellationToken) =>
        inner.ListKeysAsync(prefix, after, limit, cancellationToken);
}
