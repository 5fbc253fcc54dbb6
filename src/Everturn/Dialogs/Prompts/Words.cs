using System.Globalization;

namespace Everturn.Dialogs.Prompts;

/// <summary>Compares words as users type them: whatever their case, with or without accents.</summary>
internal static class Words
{
    private const CompareOptions Loose = CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace | CompareOptions.IgnoreWidth;

    /// <summary>Whether they are alike in the culture, or in none: Spanish holds ñ for a letter of its own, Turkish folds cases its own way.</summary>
    public static bool AreAlike(string word, string other, CultureInfo culture) =>
        culture.CompareInfo.Compare(word, other, Loose) == 0
        || CultureInfo.InvariantCulture.CompareInfo.Compare(word, other, Loose) == 0;
}
