using System.Globalization;

namespace Everturn.Dialogs.Prompts;

/// <summary>The words for yes and no; the first of each is shown on buttons.</summary>
internal static class YesNoWords
{
    private static readonly (string[] Yes, string[] No) English =
        (["Yes", "y", "yeah", "yep", "sure", "ok", "okay", "true"], ["No", "n", "nope", "nah", "false"]);

    private static readonly Dictionary<string, (string[] Yes, string[] No)> ByLanguage = new(StringComparer.OrdinalIgnoreCase)
    {
        ["en"] = English,
        ["da"] = (["Ja", "j", "ok", "okay"], ["Nej", "n"]),
        ["de"] = (["Ja", "j", "jo", "klar", "gerne", "ok", "okay"], ["Nein", "n", "nee", "nö"]),
        ["es"] = (["Sí", "s", "claro", "vale", "ok"], ["No", "n"]),
        ["fr"] = (["Oui", "o", "ouais", "d'accord", "ok"], ["Non", "n"]),
        ["it"] = (["Sì", "s", "certo", "va bene", "ok"], ["No", "n"]),
        ["ja"] = (["はい", "ええ", "うん"], ["いいえ", "いや"]),
        ["nb"] = (["Ja", "j", "ok", "okay"], ["Nei", "n"]),
        ["nl"] = (["Ja", "j", "jawel", "prima", "ok", "oké"], ["Nee", "n"]),
        ["pl"] = (["Tak", "t", "ok"], ["Nie", "n"]),
        ["pt"] = (["Sim", "s", "claro", "ok"], ["Não", "n"]),
        ["sv"] = (["Ja", "j", "ok", "okej"], ["Nej", "n"]),
        ["tr"] = (["Evet", "e", "tamam"], ["Hayır", "h"]),
        ["zh"] = (["是", "是的", "好", "好的"], ["否", "不", "不是"]),
    };

    public static (string Yes, string No) Labels(CultureInfo culture)
    {
        var (yes, no) = Of(culture);
        return (yes[0], no[0]);
    }

    /// <summary>Whether the text is one of the words; 1 means yes and 2 means no. Null when it is none.</summary>
    public static bool? Read(string? text, CultureInfo culture)
    {
        if (text is null)
        {
            return null;
        }

        var word = text.Trim().TrimEnd('.', '!', '。', '！');
        var (yes, no) = Of(culture);
        return IsOneOf(word, ["1", .. yes], culture) ? true : IsOneOf(word, ["2", .. no], culture) ? false : null;
    }

    private static bool IsOneOf(string word, string[] words, CultureInfo culture) =>
        Array.Exists(words, other => Words.AreAlike(word, other, culture));

    private static (string[] Yes, string[] No) Of(CultureInfo culture) =>
        ByLanguage.GetValueOrDefault(culture.TwoLetterISOLanguageName, English);
}
