namespace Everturn.Azure.Clu;

/// <summary>The service's codes of languages. Source: Azure AI Language, "Language support for conversational language understanding".</summary>
internal static class CluLanguage
{
    /// <summary>The code for a locale; null when it is none.</summary>
    public static string? Of(string? locale)
    {
        var parts = (locale ?? "").Split('-', '_');
        var language = parts[0].ToLowerInvariant();
        if (language.Length is not (2 or 3) || !language.All(char.IsAsciiLetterLower)) return null;
        return language switch
        {
            "en" => Has("GB") ? "en-gb" : "en-us",
            "pt" => Has("BR") ? "pt-br" : "pt-pt",
            "zh" => Has("Hant") || Has("TW") || Has("HK") || Has("MO") ? "zh-hant" : "zh-hans",
            _ => language,
        };

        bool Has(string part) => parts.Skip(1).Contains(part, StringComparer.OrdinalIgnoreCase);
    }
}
