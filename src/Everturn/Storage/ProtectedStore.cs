using System.Security.Cryptography;
using Everturn.Conversations;

namespace Everturn.Storage;

/// <summary>Keeps documents encrypted in another store. Their keys, and when they are due, stay readable there.</summary>
/// <remarks>A document that is not encrypted is read as it is, and is encrypted when it is written next.</remarks>
internal class ProtectedStore(IStore inner, IRecordProtector protector) : IStore, IStoreSignals, IAsyncDisposable
{
    /// <summary>The store to hand out: transactional when the inner one is.</summary>
    public static ProtectedStore Over(IStore inner, IRecordProtector protector) => inner is ITransactionalStore transactional
        ? new Transactional(transactional, protector)
        : new ProtectedStore(inner, protector);

    /// <inheritdoc />
    public async ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken) =>
        await inner.LoadAsync(key, cancellationToken) is { } document ? document with { Content = Unprotect(key, document.Content) } : null;

    /// <inheritdoc />
    public ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due) =>
        inner.SaveAsync(key, Protect(key, content), expected, due);

    /// <inheritdoc />
    public ValueTask<bool> DeleteAsync(string key, ETag expected) => inner.DeleteAsync(key, expected);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<string>> ListDueAsync(
        string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken) =>
        inner.ListDueAsync(scope, now, after, limit, cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<string>> ListKeysAsync(string prefix, string? after, int limit, CancellationToken cancellationToken) =>
        inner.ListKeysAsync(prefix, after, limit, cancellationToken);

    /// <inheritdoc />
    public void Announce(string key) => (inner as IStoreSignals)?.Announce(key);

    /// <summary>The inner store's hints; ends at once when it carries none.</summary>
    public IAsyncEnumerable<string> ListenAsync(CancellationToken cancellationToken) =>
        inner is IStoreSignals signals ? signals.ListenAsync(cancellationToken) : AsyncEnumerable.Empty<string>();

    /// <summary>Disposes the inner store, if it can be.</summary>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (inner is IAsyncDisposable asynchronous)
        {
            await asynchronous.DisposeAsync();
        }
        else
        {
            (inner as IDisposable)?.Dispose();
        }
    }

    private ReadOnlyMemory<byte> Protect(string key, ReadOnlyMemory<byte> content) => ProtectedFormat.Write(protector.Protect(key, content.Span));

    private ReadOnlyMemory<byte> Unprotect(string key, ReadOnlyMemory<byte> content)
    {
        if (!ProtectedFormat.Is(content.Span))
        {
            return content;
        }

        try
        {
            return protector.Unprotect(key, ProtectedFormat.Read(content.Span));
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException)
        {
            throw new UnreadableRecordException(
                $"ET1032: the document '{key}' cannot be decrypted by this node: {exception.Message} All nodes, in all regions, must share one key ring, "
                + "and keep the old keys of it. Or the document was changed, or moved here from another key: then restore it.",
                exception);
        }
    }

    private sealed class Transactional(ITransactionalStore inner, IRecordProtector protector) : ProtectedStore(inner, protector), ITransactionalStore
    {
        public ValueTask<IReadOnlyList<ETag>?> SaveAllAsync(IReadOnlyList<DocumentWrite> writes)
        {
            ArgumentNullException.ThrowIfNull(writes);
            return inner.SaveAllAsync([.. writes.Select(write => write with { Content = Protect(write.Key, write.Content) })]);
        }
    }
}
