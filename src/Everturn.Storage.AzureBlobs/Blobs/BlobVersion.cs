using System.Security.Cryptography;

namespace Everturn.Storage.AzureBlobs.Blobs;

/// <summary>
/// A document's version: Azure's ETag, which is the condition of writes, and 128 random bits kept in the blob's metadata, which
/// tell two versions apart for certain.
/// </summary>
internal static class BlobVersion
{
    private const int StampLength = 32;

    /// <summary>A stamp that no other version has.</summary>
    public static string NewStamp() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(StampLength / 2));

    /// <summary>Our ETag.</summary>
    public static ETag Join(Azure.ETag azure, string stamp) => new($"{azure.ToString().Trim('"')}|{stamp}");

    /// <summary>Azure's part of our ETag; false for a shape that this store never gives out.</summary>
    public static bool TryGetCondition(ETag etag, out Azure.ETag condition)
    {
        condition = default;
        var parts = etag.Value?.Split('|');
        if (parts is not [{ Length: > 0 and <= 128 } azure, { Length: StampLength } stamp]
            || !stamp.All(char.IsAsciiHexDigitLower) || !azure.All(char.IsAsciiLetterOrDigit))
        {
            return false;
        }

        condition = new Azure.ETag($"\"{azure}\"");
        return true;
    }
}
