using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Storage.Blobs;

namespace Everturn.Storage.AzureBlobs.Blobs;

/// <summary>
/// The container twice: for reads, which are repeated, and for writes, which are not: a conditional write whose first answer was
/// lost is refused the second time, and its caller would take his own write for another's.
/// </summary>
internal sealed class BlobClients
{
    private const int Repeats = 3;

    public BlobClients(AzureBlobStoreOptions options)
    {
        Reads = Create(options, Repeats);
        Writes = Create(options, 0);
    }

    public BlobContainerClient Reads { get; }

    public BlobContainerClient Writes { get; }

    public Uri Uri => new(AzureErrors.Describe(Reads.Uri));

    private static BlobContainerClient Create(AzureBlobStoreOptions options, int repeats)
    {
        var settings = new BlobClientOptions();
        options.ConfigureClient?.Invoke(settings);
        settings.Retry.MaxRetries = repeats;
        settings.Retry.Delay = TimeSpan.FromMilliseconds(200);
        settings.Retry.MaxDelay = TimeSpan.FromSeconds(2);
        settings.Retry.NetworkTimeout = options.RequestTimeout;
        if (repeats == 0)
        {
            // A policy given by the caller would repeat in the place of Azure's.
            settings.RetryPolicy = new RetryPolicy(0);
        }

        try
        {
            return Uri.TryCreate(options.Connection, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"
                ? Open(uri, options, settings)
                : new BlobContainerClient(options.Connection, options.Container, settings);
        }
        catch (Exception error) when (error is FormatException or ArgumentException or InvalidOperationException or IndexOutOfRangeException)
        {
            // The message must not repeat the connection: it may hold a key.
            throw AzureBlobStoreOptions.Invalid(["Connection is neither a storage account's connection string nor the URL of an account or container."]);
        }
    }

    private static BlobContainerClient Open(Uri uri, AzureBlobStoreOptions options, BlobClientOptions settings)
    {
        var parts = new BlobUriBuilder(uri);
        if (string.IsNullOrEmpty(parts.BlobContainerName)) parts.BlobContainerName = options.Container;
        if (!string.IsNullOrEmpty(parts.BlobName))
        {
            throw AzureBlobStoreOptions.Invalid(["Connection is the URL of a blob; give that of its account or container."]);
        }

        if (parts.Sas is not null)
        {
            return new BlobContainerClient(parts.ToUri(), settings);
        }

        if (uri.Scheme != Uri.UriSchemeHttps)
        {
            throw AzureBlobStoreOptions.Invalid(["Connection is an http URL without SAS; signing in needs https."]);
        }

        return new BlobContainerClient(parts.ToUri(), options.Credential ?? new DefaultAzureCredential(), settings);
    }
}
