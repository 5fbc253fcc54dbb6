using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Everturn.Storage.CosmosDb.Items;

/// <summary>Scope and due as one text that sorts like time within its scope: one indexed property, one range to ask for.</summary>
internal static class Due
{
    /// <summary>The property's value; null when the key belongs to no scope and so cannot be asked for.</summary>
    public static string? Of(string key, DateTimeOffset due)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? null : Text(key[..slash], due);
    }

    /// <summary>What is due in a scope, from the first to the last value.</summary>
    public static (string From, string To) Range(string scope, DateTimeOffset now) => (Text(scope, DateTimeOffset.MinValue), Text(scope, now));

    /// <summary>The moment in a property's value; null when it is none of ours.</summary>
    public static long? Ticks(string? value) =>
        value is not null && value.LastIndexOf(':') is > 0 and var colon && long.TryParse(value.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) ? ticks : null;

    // The scope is hashed because it may be as long as a key; the index is smaller so.
    private static string Text(string scope, DateTimeOffset due) => string.Create(
        CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(scope)).AsSpan(0, 16))}:{due.UtcTicks:D19}");
}
