namespace Everturn.Storage;

/// <summary>One of the writes of <see cref="ITransactionalStore.SaveAllAsync"/>; its parts mean what those of <see cref="IStore.SaveAsync"/> do.</summary>
/// <param name="Key">The document's key.</param>
/// <param name="Content">UTF-8 JSON; the store moves the bytes unchanged.</param>
/// <param name="Expected">The version to replace; null means <i>must not exist yet</i>.</param>
/// <param name="Due">When some node must look at the document again; null when never.</param>
public sealed record DocumentWrite(string Key, ReadOnlyMemory<byte> Content, ETag? Expected, DateTimeOffset? Due)
{
    /// <summary>Checks what every store must refuse: none or too many writes, a key that is not valid, a key that comes twice.</summary>
    /// <exception cref="ArgumentException">The writes are not ones for a single transaction.</exception>
    public static void ThrowIfInvalid(IReadOnlyList<DocumentWrite> writes)
    {
        ArgumentNullException.ThrowIfNull(writes);
        if (writes.Count is 0 or > ITransactionalStore.MaxWrites)
        {
            throw new ArgumentException($"{writes.Count} writes; a transaction takes 1 to {ITransactionalStore.MaxWrites}.", nameof(writes));
        }

        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var write in writes)
        {
            if (!StoreKey.IsValid(write.Key))
            {
                throw new ArgumentException($"ET1001: '{write.Key}' is not a valid key.", nameof(writes));
            }

            if (!keys.Add(write.Key))
            {
                throw new ArgumentException($"'{write.Key}' comes twice; a transaction writes a document once.", nameof(writes));
            }
        }
    }
}
