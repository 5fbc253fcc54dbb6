namespace Everturn.Storage.CosmosDb.Items;

/// <summary>The id of a key's item, which is its partition key too: without the characters that an id must not have, and in the order of keys.</summary>
internal static class ItemId
{
    // https://learn.microsoft.com/azure/cosmos-db/concepts-limits
    private const int MaxLength = 1023;

    // Above every character of an id.
    private const char End = '\u007f';

    public static string Of(string key) => KeyName.Of(key, MaxLength);

    /// <summary>The ids of all keys with a beginning, from the first to before the last.</summary>
    public static (string From, string To) Range(string beginning)
    {
        var prefix = KeyName.Prefix(beginning, MaxLength);
        return (prefix, prefix + End);
    }

    /// <summary>The key of an item.</summary>
    public static string? KeyOf(string id, string? key) => key is null ? KeyName.TryDecode(id) : Of(key) == id ? key : null;
}
