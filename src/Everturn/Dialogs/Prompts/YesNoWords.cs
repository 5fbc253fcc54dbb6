using System.Globalization;

namespace Everturn.Dialogs.Prompts;

/// <summary>The words for yes and no; the first of each is shown on buttons.</summary>
internal static class YesNoWords
{
    private static readonly (string[] Yes, string[] No) English =
        (["Yes", "y", "yeah", "yep", "sure", "ok", "okay"], ["No", "n", "nope", "nah"]);

    private static readonly (string[] Yes, string[] No) Norwegian = (["Ja", "j", "jau", "ok", "okay"], ["Nei", "n"]);

    private static readonly Dictionary<string, (string[] Yes, string[] No)> ByLanguage = new(StringComparer.OrdinalIgnoreCase)
    {
        ["en"] = English,
        ["da"] = (["Ja", "j", "ok", "okay"], ["Nej", "n"]),
        ["de"] = (["Ja", "j", "jo", "klar", "gerne", "ok", "okay"], ["Nein", "n", "nee", "nö"]),
        ["es"] = (["Sí", "s", "claro", "vale", "ok"], ["No", "n"]),
        ["fr"] = (["Oui", "o", "ouais", "d'accord", "ok"], ["Non", "n"]),
        ["it"] = (["Sì", "s", "certo", "va bene", "ok"], ["No", "n"]),
        ["ja"] = (["はい", "ええ", "うん"], ["いいえ", "いや"]),
        ["nb"] = Norwegian,
        ["nl"] = (["Ja", "j", "jawel", "prima", "ok", "oké"], ["Nee", "n"]),
        ["nn"] = Norwegian,
        ["no"] = Norwegian,
        ["pl"] = (["Tak", "t", "ok"], ["Nie", "n"]),
        ["pt"] = (["Sim", "s", "claro", "ok"], ["Não", "n"]),
        ["sv"] = (["Ja", "j", "ok", "okej"], ["Nej", "n"]),
        ["tr"] = (["Evet", "e", "tamam"], ["Hayır", "h"]),
        ["zh"] = (["是", "是的", "好", "好的"], ["否", "不", "不是"]),
    };

    // Simplified: wide ones are narrow, and three dots are three.
    private static readonly char[] Around = [' ', '.', ',', ';', '!', '¡', '。', '、', '"', '«', '»', '“', '”', '„'];

    public static (string Yes, string No) Labels(CultureInfo culture)
    {
        var (yes, no) = Of(culture);
        return (yes[0], no[0]);
    }

    /// <summary>Whether the text is one of the words, or one that all languages take. Null when it is none.</summary>
    public static bool? Read(string? text, CultureInfo culture)
    {
        if (text is null)
        {
            return null;
        }

        var word = Words.Simplify(text).Trim(Around);
        return Find(Of(culture)) ?? Find(Everywhere(culture));

        bool? Find((string[] Yes, string[] No) words) => IsOneOf(word, words.Yes, culture) ? true : IsOneOf(word, words.No, culture) ? false : null;
    }

    // What buttons and cards send, and the best known English words. A Polish "no" is as good as a yes, and is asked again.
    private static (string[] Yes, string[] No) Everywhere(CultureInfo culture) =>
        (["1", "true", "yes"], culture.TwoLetterISOLanguageName == "pl" ? ["2", "false"] : ["2", "false", "no"]);

    private static bool IsOneOf(string word, string[] words, CultureInfo culture) =>
        Array.Exists(words, other => Words.AreAlike(word, other, culture));

    private static (string[] Yes, string[] No) Of(CultureInfo culture) =>
        ByLanguage.GetValueOrDefault(culture.TwoLetterISOLanguageName, English);
}
