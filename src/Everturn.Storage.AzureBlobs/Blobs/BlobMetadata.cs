using System.Text;

namespace Everturn.Storage.AzureBlobs.Blobs;

/// <summary>What stands in a blob's metadata, written by the same request as its content.</summary>
internal static class BlobMetadata
{
    private const string Stamp = "everturn_version";
    private const string DueAt = "everturn_due";
    private const string Key = "everturn_key";

    public static Dictionary<string, string> Write(string key, string name, string stamp, DateTimeOffset? due)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [Stamp] = stamp };
        if (due is { } at) metadata[DueAt] = Due.Text(at);
        // A header's value is ASCII.
        if (KeyName.Head(name) is not null) metadata[Key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(key));
        return metadata;
    }

    /// <summary>The random part of the version; null when another program wrote the blob.</summary>
    public static string? ReadStamp(IDictionary<string, string>? metadata) => Find(metadata, Stamp);

    /// <summary>The due in ticks; null when nothing is owed.</summary>
    public static long? ReadDue(IDictionary<string, string>? metadata) => Due.Ticks(Find(metadata, DueAt));

    /// <summary>The key of a blob; null when it is not one of ours.</summary>
    public static string? ReadKey(string name, IDictionary<string, string>? metadata)
    {
        if (KeyName.Head(name) is null) return KeyName.TryDecode(name);
        var text = Find(metadata, Key);
        var bytes = new byte[text?.Length ?? 0];
        if (text is null || !Convert.TryFromBase64String(text, bytes, out var count)) return null;
        var key = Encoding.UTF8.GetString(bytes, 0, count);
        return key.Length > 0 && StoreKey.IsValid(key) && BlobName.Of(key) == name ? key : null;
    }

    // Metadata are headers: their names come back in another case from some servers.
    private static string? Find(IDictionary<string, string>? metadata, string name) =>
        metadata?.FirstOrDefault(pair => pair.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
