using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Everturn.Storage.AzureBlobs.Blobs;

namespace Everturn.Storage.AzureBlobs.Listing;

/// <summary>Lists keys by listing blobs.</summary>
/// <remarks>
/// Azure goes on only from a token of its own. So the token of the page on which a listing ended is remembered; who asks for
/// what comes after its last key begins there, and anybody else at the beginning of the prefix.
/// </remarks>
internal sealed class KeyListing(BlobContainerClient container)
{
    private const int LargestPage = 5000;
    private const int MostTokens = 256;

    private readonly ConcurrentDictionary<(string Prefix, string Last), string> _tokens = new();

    public async Task<IReadOnlyList<string>> ListAsync(string prefix, string? after, int limit, CancellationToken cancellationToken)
    {
        if (after is not null && _tokens.TryRemove((prefix, after), out var token))
        {
            try
            {
                return await ListAsync(prefix, after, limit, token, cancellationToken);
            }
            catch (RequestFailedException error) when (error.Status == 400)
            {
                // Azure no longer knows the token.
            }
        }

        return await ListAsync(prefix, after, limit, null, cancellationToken);
    }

    private async Task<IReadOnlyList<string>> ListAsync(string prefix, string? after, int limit, string? token, CancellationToken cancellationToken)
    {
        var keys = new List<string>();
        string? last = null;
        await foreach (var (key, page) in InOrderAsync(prefix, limit, token, cancellationToken))
        {
            if (!key.StartsWith(prefix, StringComparison.Ordinal) || (after is not null && Utf8Order.Instance.Compare(key, after) <= 0)) continue;
            keys.Add(key);
            last = page;
            if (keys.Count == limit) break;
        }

        if (keys.Count > 0) Remember(prefix, keys[^1], last);
        return keys;
    }

    // Names are in the order of keys but for cut names: those that share a head are put in order here.
    private async IAsyncEnumerable<(string Key, string? Token)> InOrderAsync(
        string prefix, int limit, string? token, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? head = null;
        var group = new List<(string Key, string? Token)>();
        await foreach (var (blob, page) in BlobsAsync(prefix, limit, token, cancellationToken))
        {
            if (head is not null && !blob.Name.StartsWith(head, StringComparison.Ordinal))
            {
                foreach (var item in Sorted(group)) yield return item;
                group.Clear();
                head = null;
            }

            head ??= KeyName.Head(blob.Name);
            if (BlobMetadata.ReadKey(blob.Name, blob.Metadata) is not { } key) continue;
            if (head is null) yield return (key, page);
            // Whoever goes on within the group needs all of it.
            else group.Add((key, group.Count > 0 ? group[0].Token : page));
        }

        foreach (var item in Sorted(group)) yield return item;
    }

    private async IAsyncEnumerable<(BlobItem Blob, string? Token)> BlobsAsync(
        string prefix, int limit, string? token, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pages = container.GetBlobsAsync(BlobTraits.Metadata, BlobStates.None, BlobName.Prefix(prefix), cancellationToken)
            .AsPages(token, Math.Min(LargestPage, Math.Max(limit, 100)));
        await foreach (var page in pages)
        {
            foreach (var blob in page.Values) yield return (blob, token);
            token = page.ContinuationToken;
        }
    }

    private static IEnumerable<(string Key, string? Token)> Sorted(List<(string Key, string? Token)> group) =>
        group.OrderBy(item => item.Key, Utf8Order.Instance);

    private void Remember(string prefix, string last, string? token)
    {
        if (string.IsNullOrEmpty(token)) return;
        if (_tokens.Count >= MostTokens) _tokens.Clear();
        _tokens[(prefix, last)] = token;
    }
}
