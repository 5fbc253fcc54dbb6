namespace Everturn.Storage.AzureBlobs.Blobs;

/// <summary>The name of a key's blob: nothing in it that Azure or a URL treats specially, and in the order of keys.</summary>
internal static class BlobName
{
    // https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
    private const int MaxLength = 1024;

    public static string Of(string key) => KeyName.Of(key, MaxLength);

    public static string Prefix(string beginning) => KeyName.Prefix(beginning, MaxLength);
}
