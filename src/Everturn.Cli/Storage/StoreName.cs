namespace Everturn.Cli.Storage;

/// <summary>What may be said of a store that somebody named wrongly.</summary>
internal static class StoreName
{
    private const int LongestScheme = 20;

    /// <summary>Its scheme in quotes, after a blank; nothing when it has none: then the text may be a connection, which may hold a password.</summary>
    public static string Quoted(string store)
    {
        var scheme = store.Split(':')[0];
        return scheme.Length is > 0 and <= LongestScheme && scheme.All(char.IsAsciiLetterOrDigit) ? $" '{scheme}'" : "";
    }
}
