using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Everturn.Storage.AzureBlobs.Blobs;

namespace Everturn.Storage.AzureBlobs.Administration;

/// <summary>What a person wants to know of the account and the container. It changes nothing.</summary>
internal sealed class Inspection(BlobContainerClient container, Uri place)
{
    // How blobs, their metadata and their tags are made; there has been one form so far.
    private const int Form = 1;

    public async Task<StoreCheck> CheckAsync(CancellationToken cancellationToken)
    {
        var (version, warnings) = await AccountAsync(cancellationToken);
        return new StoreCheck(place.AbsoluteUri, version, await ExistsAsync(cancellationToken) ? Form : null, warnings);
    }

    // By a walk through all blobs: Azure counts them only once a day, and for the account.
    public async Task<StoreStats> CountAsync(CancellationToken cancellationToken)
    {
        long documents = 0, bytes = 0, dues = 0;
        long? earliest = null;
        await foreach (var blob in container.GetBlobsAsync(BlobTraits.Metadata, cancellationToken: cancellationToken))
        {
            if (BlobMetadata.ReadKey(blob.Name, blob.Metadata) is null) continue;
            documents++;
            bytes += blob.Properties.ContentLength ?? 0;
            if (BlobMetadata.ReadDue(blob.Metadata) is not { } due) continue;
            dues++;
            earliest = Math.Min(earliest ?? due, due);
        }

        return new StoreStats(documents, bytes, dues, earliest is { } first ? new DateTimeOffset(first, TimeSpan.Zero) : null);
    }

    // By a listing, which a SAS of the container allows; it does not allow to ask for the container.
    private async Task<bool> ExistsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var _ in container.GetBlobsAsync(cancellationToken: cancellationToken).AsPages(pageSizeHint: 1))
            {
                break;
            }

            return true;
        }
        catch (RequestFailedException error) when (error.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            return false;
        }
    }

    private async Task<(string Version, string[] Warnings)> AccountAsync(CancellationToken cancellationToken)
    {
        try
        {
            var account = (await container.GetParentBlobServiceClient().GetAccountInfoAsync(cancellationToken)).Value;
            return ($"Azure Blob Storage, {account.AccountKind} {account.SkuName}", [.. Warnings(account.SkuName)]);
        }
        catch (RequestFailedException error) when (error.Status is 400 or 401 or 403 or 404)
        {
            // A SAS of the container alone or a narrow role may not ask.
            return ($"Azure Blob Storage, kind of account not told ({error.Status})", []);
        }
    }

    // https://learn.microsoft.com/azure/storage/common/storage-redundancy
    private static IEnumerable<string> Warnings(SkuName sku)
    {
        if (sku is SkuName.StandardLrs or SkuName.PremiumLrs)
        {
            yield return "the account is locally redundant: all copies are in one building, and nothing is left if it is lost. Take ZRS.";
        }

        if (sku is SkuName.StandardGrs or SkuName.StandardRagrs)
        {
            yield return "the account is copied to another region afterwards: a failover loses the last minutes of acknowledged turns, "
                + "and within its region all copies are in one building. Take ZRS or GZRS, and fail over only when the region is gone.";
        }
    }
}
