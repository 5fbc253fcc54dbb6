using Azure;
using Azure.Storage.Blobs;
using Everturn.Storage.AzureBlobs.Blobs;
using Microsoft.Extensions.Logging;

namespace Everturn.Storage.AzureBlobs.Listing;

/// <summary>Lists what is due: what the tag index shows, and what the sweep has met besides.</summary>
internal sealed class DueListing(BlobContainerClient container, DueSweep sweep, ILogger logger)
{
    // The index has no order that a listing could go on in, so all of it is read each time: eight requests at most.
    private const int MostTagged = 40_000;

    // The sweep's memory may be stale; each key that it alone knows is looked up.
    private const int MostLookedUp = 128;

    public async Task<IReadOnlyList<string>> ListAsync(
        string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken)
    {
        var tagged = await TaggedAsync(scope, now, cancellationToken);
        await sweep.StepAsync(scope, now, cancellationToken);
        var candidates = new SortedSet<string>(tagged, Utf8Order.Instance);
        candidates.UnionWith(sweep.Due(scope, now));

        var keys = new List<string>(Math.Min(limit, candidates.Count));
        var lookedUp = 0;
        foreach (var key in candidates)
        {
            if (keys.Count == limit) break;
            if (after is not null && Utf8Order.Instance.Compare(key, after) <= 0) continue;
            if (tagged.Contains(key))
            {
                keys.Add(key);
                continue;
            }

            // The rest is looked up by later rounds: what was stale is forgotten by then.
            if (lookedUp == MostLookedUp) continue;
            lookedUp++;
            var due = await LookUpAsync(key, cancellationToken);
            sweep.Correct(scope, key, due);
            if (due is not { } at || at > now.UtcTicks) continue;
            StoreLog.FoundBySweep(logger, key, TimeSpan.FromTicks(now.UtcTicks - at));
            keys.Add(key);
        }

        return keys;
    }

    private async Task<HashSet<string>> TaggedAsync(string scope, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            await CollectAsync(keys, scope, now, cancellationToken);
        }
        catch (RequestFailedException error) when (error.Status > 0)
        {
            // The account answers, so the sweep can do what the index does not.
            StoreLog.NoTagIndex(logger, error);
        }

        return keys;
    }

    private async Task CollectAsync(HashSet<string> keys, string scope, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await foreach (var blob in container.FindBlobsByTagsAsync(Due.Query(scope, now), cancellationToken))
        {
            if (keys.Count == MostTagged)
            {
                StoreLog.TooManyDue(logger, MostTagged);
                break;
            }

            // The index does not hold the metadata, where the key of a cut name is.
            var key = KeyName.Head(blob.BlobName) is null ? KeyName.TryDecode(blob.BlobName) : await KeyOfCutAsync(blob.BlobName, cancellationToken);
            if (key is not null && key.StartsWith(scope + "/", StringComparison.Ordinal)) keys.Add(key);
        }
    }

    private async Task<string?> KeyOfCutAsync(string name, CancellationToken cancellationToken) =>
        BlobMetadata.ReadKey(name, await MetadataAsync(name, cancellationToken));

    private async Task<long?> LookUpAsync(string key, CancellationToken cancellationToken) =>
        BlobMetadata.ReadDue(await MetadataAsync(BlobName.Of(key), cancellationToken));

    private async Task<IDictionary<string, string>?> MetadataAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await container.GetBlobClient(name).GetPropertiesAsync(cancellationToken: cancellationToken)).Value.Metadata;
        }
        catch (RequestFailedException error) when (AzureErrors.IsMissing(error))
        {
            return null;
        }
    }
}
