using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Extensions.Logging;

namespace Everturn.Storage.AzureBlobs.Blobs;

/// <summary>Finds out whether the container is there and everything allowed that the store will do, before the first turn does.</summary>
internal sealed class Opening(BlobClients clients, bool createContainer, ILogger logger)
{
    // No blob of ours has this name, and none has this ETag.
    private const string Nothing = "!everturn-probe";
    private static readonly BlobRequestConditions Never = new() { IfMatch = new Azure.ETag("0x0") };

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ProbeAsync(cancellationToken);
        }
        catch (RequestFailedException error) when (createContainer && error.ErrorCode == "ContainerNotFound")
        {
            try
            {
                await clients.Reads.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            }
            catch (Exception refused) when (refused is RequestFailedException or AggregateException)
            {
                throw AzureErrors.Create(refused, "Making the container", clients.Uri);
            }

            StoreLog.ContainerMade(logger, clients.Uri);
            await TellAsync(() => ProbeAsync(cancellationToken));
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw AzureErrors.Create(error, "Opening the store", clients.Uri);
        }

        StoreLog.Opened(logger, clients.Uri);
    }

    private async Task TellAsync(Func<Task> probe)
    {
        try
        {
            await probe();
        }
        catch (RequestFailedException error)
        {
            throw AzureErrors.Create(error, "Opening the store", clients.Uri);
        }
    }

    // Lists, asks for tags, and asks to write and delete what is not there: with the rights it is refused for that.
    private async Task ProbeAsync(CancellationToken cancellationToken)
    {
        await foreach (var _ in clients.Reads.GetBlobsAsync(prefix: Nothing, cancellationToken: cancellationToken).AsPages(pageSizeHint: 1))
        {
            break;
        }

        await foreach (var _ in clients.Reads.FindBlobsByTagsAsync(Due.Query("", DateTimeOffset.MinValue), cancellationToken).AsPages(pageSizeHint: 1))
        {
            break;
        }

        var blob = clients.Reads.GetBlockBlobClient(Nothing);
        await RefusedAsync(() => blob.UploadAsync(Stream.Null, new BlobUploadOptions
        {
            Conditions = Never,
            Tags = new Dictionary<string, string>(StringComparer.Ordinal) { [Due.Tag] = "probe" },
        }, cancellationToken));
        await RefusedAsync(() => blob.DeleteAsync(conditions: Never, cancellationToken: cancellationToken));
    }

    private static async Task RefusedAsync<T>(Func<Task<T>> write)
    {
        try
        {
            await write();
        }
        catch (RequestFailedException error) when (AzureErrors.IsConflict(error))
        {
        }
    }
}
