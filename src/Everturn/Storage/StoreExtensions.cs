namespace Everturn.Storage;

/// <summary>What can be done with every store.</summary>
public static class StoreExtensions
{
    private const int Page = 100;

    /// <summary>
    /// The same store with its documents encrypted; transactional, and with hints, when this one is. It disposes of this one.
    /// </summary>
    /// <remarks>
    /// Stored is <c>{"protected":"base64"}</c>, a third larger than what the protector makes. Keys and dues are not encrypted. A document
    /// from before is read as it is, and encrypted when it is written next. One that cannot be decrypted throws ET1032 when it is read.
    /// A host does this by itself when its services hold an <see cref="IRecordProtector"/>.
    /// </remarks>
    public static IStore ProtectedBy(this IStore store, IRecordProtector protector)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(protector);
        return ProtectedStore.Over(store, protector);
    }

    /// <summary>Deletes the documents whose keys begin with a prefix. What is written meanwhile may stay.</summary>
    public static async Task DeleteAllAsync(this IStore store, string prefix, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        string? after = null;
        do
        {
            var keys = await store.ListKeysAsync(prefix, after, Page, cancellationToken);
            foreach (var key in keys)
            {
                if (await store.LoadAsync(key, cancellationToken) is { } document)
                {
                    await store.DeleteAsync(key, document.ETag);
                }
            }

            after = keys.Count < Page ? null : keys[^1];
        }
        while (after is not null);
    }
}
