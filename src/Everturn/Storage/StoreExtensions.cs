namespace Everturn.Storage;

/// <summary>What can be done with every store.</summary>
public static class StoreExtensions
{
    private const int Page = 100;

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
