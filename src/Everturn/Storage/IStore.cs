namespace Everturn.Storage;

/// <summary>A durable map from keys to documents with conditional writes. It knows nothing about bots.</summary>
/// <remarks>
/// <para>Keys read <c>{bot}/{channel}/{kind}/{id}</c>; see <see cref="StoreKey"/> for what a key may hold.
/// Listings are in ordinal order of the keys' UTF-8 bytes.</para>
/// <para>Every exception of a write means that its outcome is <b>unknown</b>: it may have happened, or may still
/// happen. A failed precondition is a result, never an exception.</para>
/// <para>Implementations are safe for concurrent use.</para>
/// </remarks>
public interface IStore
{
    /// <summary>Reads a document, or null when there is none.</summary>
    ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken);

    /// <summary>
    /// Writes a document if it is at version <paramref name="expected"/>, or, when that is null, if it does not exist.
    /// </summary>
    /// <remarks>
    /// There is no cancellation token because a save is never cancelled: its caller may stop waiting for it, and then
    /// its outcome is unknown. The store may keep <paramref name="content"/> until the returned task ends.
    /// </remarks>
    /// <param name="key">The document's key.</param>
    /// <param name="content">UTF-8 JSON; the store moves the bytes unchanged.</param>
    /// <param name="expected">The version to replace; null means <i>must not exist yet</i>.</param>
    /// <param name="due">When some node must look at the document again, kept and indexed by the same write; null when never.</param>
    ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due);

    /// <summary>Deletes a document if it is at version <paramref name="expected"/>; says whether it did.</summary>
    ValueTask<bool> DeleteAsync(string key, ETag expected);

    /// <summary>Lists keys whose due is at or before <paramref name="now"/>.</summary>
    /// <param name="scope">The keys' first segment (the bot).</param>
    /// <param name="now">The caller's wall-clock time.</param>
    /// <param name="after">Only keys ordinally greater than this; null for all.</param>
    /// <param name="limit">The most keys to return, at least 1.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    ValueTask<IReadOnlyList<string>> ListDueAsync(
        string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken);

    /// <summary>Lists keys that begin with <paramref name="prefix"/>.</summary>
    /// <param name="prefix">How the keys begin, compared ordinally; empty for all.</param>
    /// <param name="after">Only keys ordinally greater than this; null for all.</param>
    /// <param name="limit">The most keys to return, at least 1.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    ValueTask<IReadOnlyList<string>> ListKeysAsync(
        string prefix, string? after, int limit, CancellationToken cancellationToken);
}
