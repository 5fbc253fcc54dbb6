using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Everturn.Storage.AzureBlobs.Blobs;

namespace Everturn.Storage.AzureBlobs.Listing;

/// <summary>
/// Goes through a scope's blobs page by page and remembers which have a due. It reads metadata, which is part of the blob,
/// where the tag index follows behind.
/// </summary>
internal sealed class DueSweep(BlobContainerClient container, TimeProvider time, TimeSpan pause, int pageSize)
{
    // What is beyond is found by a later round, when these are done.
    private const int MostRemembered = 100_000;

    // Nearly every conversation has a due, if only its expiry far ahead; a later pass meets it again.
    private static readonly TimeSpan Horizon = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Scope> _scopes = new(StringComparer.Ordinal);

    /// <summary>Reads the next page, if the pause since the last one is over and nobody reads it just now.</summary>
    public async Task StepAsync(string scope, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var own = Begin(scope);
        if (own is null) return;
        var horizon = now.UtcTicks > DateTimeOffset.MaxValue.UtcTicks - Horizon.Ticks ? DateTimeOffset.MaxValue.UtcTicks : now.UtcTicks + Horizon.Ticks;
        try
        {
            var pages = container.GetBlobsAsync(BlobTraits.Metadata, BlobStates.None, BlobName.Prefix(scope + "/"), cancellationToken)
                .AsPages(own.Token, pageSize);
            await foreach (var page in pages)
            {
                lock (_lock)
                {
                    foreach (var blob in page.Values)
                    {
                        var due = BlobMetadata.ReadDue(blob.Metadata);
                        Note(own, BlobMetadata.ReadKey(blob.Name, blob.Metadata), due <= horizon ? due : null);
                    }

                    own.Token = page.ContinuationToken is { Length: > 0 } token ? token : null;
                }

                break;
            }
        }
        catch (RequestFailedException error) when (error.Status == 400)
        {
            // Azure no longer knows the token. After any other failure the pass goes on where it was.
            lock (_lock) own.Token = null;
            throw;
        }
        finally
        {
            lock (_lock) own.IsReading = false;
        }
    }

    /// <summary>The keys that were due when the sweep passed them, or have become so since. They may have changed.</summary>
    public IReadOnlyList<string> Due(string scope, DateTimeOffset now)
    {
        lock (_lock)
        {
            return _scopes.TryGetValue(scope, out var own)
                ? [.. own.Dues.Where(pair => pair.Value <= now.UtcTicks).Select(pair => pair.Key)]
                : [];
        }
    }

    /// <summary>Puts right what the sweep remembers of a document.</summary>
    public void Correct(string scope, string key, long? due)
    {
        lock (_lock)
        {
            if (_scopes.TryGetValue(scope, out var own)) Note(own, key, due);
        }
    }

    private Scope? Begin(string scope)
    {
        lock (_lock)
        {
            if (!_scopes.TryGetValue(scope, out var own)) _scopes[scope] = own = new Scope();
            if (own.IsReading || (own.LastAt is { } last && time.GetElapsedTime(last) < pause)) return null;
            own.IsReading = true;
            own.LastAt = time.GetTimestamp();
            return own;
        }
    }

    private static void Note(Scope scope, string? key, long? due)
    {
        if (key is null) return;
        if (due is { } at && (scope.Dues.Count < MostRemembered || scope.Dues.ContainsKey(key))) scope.Dues[key] = at;
        else scope.Dues.Remove(key);
    }

    private sealed class Scope
    {
        public Dictionary<string, long> Dues { get; } = new(StringComparer.Ordinal);

        public string? Token { get; set; }

        public long? LastAt { get; set; }

        public bool IsReading { get; set; }
    }
}
