using System.Security.Cryptography;

namespace Everturn.Storage.CosmosDb.Items;

/// <summary>
/// A document's version: Cosmos DB's ETag, which is the condition of writes, and 128 random bits kept in the item, which tell two
/// versions apart for certain.
/// </summary>
internal static class ItemVersion
{
    private const int StampLength = 32;

    /// <summary>A stamp that no other version has.</summary>
    public static string NewStamp() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(StampLength / 2));

    /// <summary>Our ETag.</summary>
    public static ETag Join(string cosmos, string stamp) => new($"{cosmos}|{stamp}");

    /// <summary>Cosmos DB's part of our ETag; false for a shape that this store never gives out.</summary>
    public static bool TryGetCondition(ETag etag, out string condition)
    {
        condition = "";
        var parts = etag.Value?.Split('|');
        if (parts is not [{ Length: > 0 and <= 128 } cosmos, { Length: StampLength } stamp]
            || !stamp.All(char.IsAsciiHexDigitLower) || !cosmos.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '"'))
        {
            return false;
        }

        condition = cosmos;
        return true;
    }
}
