using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Everturn.Storage.AzureBlobs.Administration;
using Everturn.Storage.AzureBlobs.Blobs;
using Everturn.Storage.AzureBlobs.Listing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Everturn.Storage.AzureBlobs;

/// <summary>Documents in one container of Azure Blob Storage, a block blob each. See docs/stores.md for what it keeps and what it costs.</summary>
/// <remarks>
/// The container is looked at, and made when it is missing, by <see cref="OpenAsync"/> or by the first operation. While that
/// fails every operation does, and each tries again.
/// </remarks>
public sealed class AzureBlobStore : IStore, IStoreAdmin
{
    // What one Put Blob takes without being split by the client.
    private const int LargestContent = 256 << 20;

    // How often a download starts over because the blob was replaced while its bytes came.
    private const int Downloads = 5;

    private readonly BlobClients _clients;
    private readonly Opening _opening;
    private readonly Opening _making;
    private readonly Inspection _inspection;
    private readonly KeyListing _keys;
    private readonly DueListing _due;
    private readonly Lock _lock = new();
    private Task? _open;

    /// <summary>Names the container; nothing is asked of it yet.</summary>
    /// <param name="options">Where the blobs are, and the settings.</param>
    /// <param name="time">Paces the sweep; default the system's clock.</param>
    /// <param name="logger">Where troubles are told that no caller sees.</param>
    /// <exception cref="OptionsValidationException">The options are invalid (ET2209).</exception>
    public AzureBlobStore(AzureBlobStoreOptions options, TimeProvider? time = null, ILogger<AzureBlobStore>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        time ??= TimeProvider.System;
        logger ??= NullLogger<AzureBlobStore>.Instance;
        _clients = new BlobClients(options);
        _opening = new Opening(_clients, options.CreateContainer, logger);
        _making = new Opening(_clients, createContainer: true, logger);
        _inspection = new Inspection(_clients.Reads, _clients.Uri);
        _keys = new KeyListing(_clients.Reads);
        var sweep = new DueSweep(_clients.Reads, time, options.SweepPause, options.SweepPage);
        _due = new DueListing(_clients.Reads, sweep, logger);
    }

    /// <summary>The container's address.</summary>
    public Uri Container => _clients.Uri;

    /// <summary>Looks whether the container can be used, and makes it when it is missing and that is allowed. Again after success it does nothing.</summary>
    /// <exception cref="AzureBlobStoreException">It cannot be used; the message names the cure.</exception>
    public Task OpenAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            // One look is shared by all who wait, so no caller's token ends it; and one that failed is not remembered.
            if (_open is null or { IsFaulted: true } or { IsCanceled: true }) _open = _opening.RunAsync(CancellationToken.None);
            return _open.IsCompletedSuccessfully ? Task.CompletedTask : _open.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc />
    public async ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken)
    {
        ThrowIfInvalid(key);
        cancellationToken.ThrowIfCancellationRequested();
        await OpenAsync(cancellationToken);
        var blob = _clients.Reads.GetBlobClient(BlobName.Of(key));
        for (var download = 1; ; download++)
        {
            try
            {
                var answer = await blob.DownloadContentAsync(cancellationToken);
                var details = answer.Value.Details;
                var stamp = BlobMetadata.ReadStamp(details.Metadata) ?? throw Foreign(key);
                return new StoredDocument(answer.Value.Content.ToMemory(), BlobVersion.Join(details.ETag, stamp));
            }
            catch (RequestFailedException error) when (AzureErrors.IsMissing(error))
            {
                return null;
            }
            catch (RequestFailedException error) when (error.Status == 412 && download < Downloads)
            {
                // A broken download goes on only with the same version, and there is a newer one.
            }
            catch (Exception error) when (IsAzures(error, cancellationToken))
            {
                throw AzureErrors.Create(error, $"Loading '{key}'", Container);
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due)
    {
        ThrowIfInvalid(key);
        if (content.Length > LargestContent)
        {
            throw new ArgumentException($"ET2206: the document '{key}' has {content.Length:N0} bytes; at most {LargestContent:N0} can be stored.", nameof(content));
        }

        var condition = new BlobRequestConditions { IfNoneMatch = Azure.ETag.All };
        if (expected is { } etag)
        {
            if (!BlobVersion.TryGetCondition(etag, out var match)) return SaveResult.PreconditionFailed;
            condition = new BlobRequestConditions { IfMatch = match };
        }

        await OpenAsync();
        var name = BlobName.Of(key);
        var stamp = BlobVersion.NewStamp();
        var upload = new BlobUploadOptions
        {
            Conditions = condition,
            Metadata = BlobMetadata.Write(key, name, stamp, due),
            HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" },
        };
        if (due is { } at && Due.TagValue(key, at) is { } tag) upload.Tags = new Dictionary<string, string>(StringComparer.Ordinal) { [Due.Tag] = tag };
        try
        {
            using var bytes = BinaryData.FromBytes(content).ToStream();
            var answer = await _clients.Writes.GetBlockBlobClient(name).UploadAsync(bytes, upload, CancellationToken.None);
            return new SaveResult(BlobVersion.Join(answer.Value.ETag, stamp));
        }
        catch (RequestFailedException error) when (AzureErrors.IsConflict(error))
        {
            return SaveResult.PreconditionFailed;
        }
        catch (Exception error) when (IsAzures(error, CancellationToken.None))
        {
            throw AzureErrors.Create(error, $"Saving '{key}'", Container);
        }
    }

    /// <inheritdoc />
    public async ValueTask<bool> DeleteAsync(string key, ETag expected)
    {
        ThrowIfInvalid(key);
        if (!BlobVersion.TryGetCondition(expected, out var match)) return false;
        await OpenAsync();
        try
        {
            await _clients.Writes.GetBlobClient(BlobName.Of(key)).DeleteAsync(
                DeleteSnapshotsOption.IncludeSnapshots, new BlobRequestConditions { IfMatch = match }, CancellationToken.None);
            return true;
        }
        catch (RequestFailedException error) when (AzureErrors.IsConflict(error))
        {
            return false;
        }
        catch (Exception error) when (IsAzures(error, CancellationToken.None))
        {
            throw AzureErrors.Create(error, $"Deleting '{key}'", Container);
        }
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<string>> ListDueAsync(
        string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken) =>
        ListAsync(token => _due.ListAsync(scope, now, after, limit, token), limit, "Listing what is due", cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<string>> ListKeysAsync(
        string prefix, string? after, int limit, CancellationToken cancellationToken) =>
        ListAsync(token => _keys.ListAsync(prefix, after, limit, token), limit, "Listing keys", cancellationToken);

    /// <inheritdoc />
    /// <remarks>Makes the container, whatever <see cref="AzureBlobStoreOptions.CreateContainer"/> says, and looks whether all that a node does is allowed.</remarks>
    /// <exception cref="AzureBlobStoreException">It cannot be used; the message names the cure.</exception>
    public Task InitAsync(CancellationToken cancellationToken) => _making.RunAsync(cancellationToken);

    /// <inheritdoc />
    /// <exception cref="AzureBlobStoreException">Azure does not answer, or does not allow it.</exception>
    public Task<StoreCheck> CheckAsync(CancellationToken cancellationToken) =>
        AskAsync(_inspection.CheckAsync, "Checking the container", cancellationToken);

    /// <inheritdoc />
    /// <remarks>One list operation for 5,000 blobs.</remarks>
    /// <exception cref="AzureBlobStoreException">Azure does not answer, or does not allow it, or there is no container.</exception>
    public Task<StoreStats> StatsAsync(CancellationToken cancellationToken) =>
        AskAsync(_inspection.CountAsync, "Counting the documents", cancellationToken);

    private async ValueTask<IReadOnlyList<string>> ListAsync(
        Func<CancellationToken, Task<IReadOnlyList<string>>> list, int limit, string operation, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        cancellationToken.ThrowIfCancellationRequested();
        await OpenAsync(cancellationToken);
        return await AskAsync(list, operation, cancellationToken);
    }

    private async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, string operation, CancellationToken cancellationToken)
    {
        try
        {
            return await ask(cancellationToken);
        }
        catch (Exception error) when (IsAzures(error, cancellationToken))
        {
            throw AzureErrors.Create(error, operation, Container);
        }
    }

    private AzureBlobStoreException Foreign(string key) => new("ET2207",
        $"Loading '{key}' in {Container}: its blob was written by another program. Give Everturn a container of its own, and restore or delete this blob.");

    // What the client throws by itself: refusals, lost connections, its own time limit (a cancellation that nobody asked for).
    private static bool IsAzures(Exception error, CancellationToken cancellationToken) =>
        error is not AzureBlobStoreException && !(error is OperationCanceledException && cancellationToken.IsCancellationRequested);

    private static void ThrowIfInvalid(string key)
    {
        if (!StoreKey.IsValid(key)) throw new ArgumentException($"ET1001: '{key}' is not a valid key.", nameof(key));
    }
}
