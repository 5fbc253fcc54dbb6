using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Everturn.Storage.AzureBlobs.Blobs;

/// <summary>A due as text that sorts like time, in an index tag and in metadata.</summary>
/// <remarks>
/// The tag holds scope and moment, because a query over one tag is cheaper than over two, and so is the tag itself. The scope is
/// hashed: a tag's value has at most 256 characters of a small alphabet.
/// </remarks>
internal static class Due
{
    /// <summary>The name of the tag.</summary>
    public const string Tag = "due";

    /// <summary>The moment, 19 digits.</summary>
    public static string Text(DateTimeOffset due) => due.UtcTicks.ToString("D19", CultureInfo.InvariantCulture);

    /// <summary>The moment of a text; null when it is none.</summary>
    public static long? Ticks(string? text) =>
        text is { Length: 19 } && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) ? ticks : null;

    /// <summary>The tag of a document; null when its key belongs to no scope and so cannot be asked for.</summary>
    public static string? TagValue(string key, DateTimeOffset due)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? null : $"{Hash(key[..slash])}:{Text(due)}";
    }

    /// <summary>Asks for what is due in a scope.</summary>
    public static string Query(string scope, DateTimeOffset now)
    {
        var hash = Hash(scope);
        return $"\"{Tag}\" >= '{hash}:{Text(DateTimeOffset.MinValue)}' AND \"{Tag}\" <= '{hash}:{Text(now)}'";
    }

    private static string Hash(string scope) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(scope)).AsSpan(0, 16));
}
