using System.Globalization;
using System.Text;

namespace Everturn.Dialogs.Prompts;

/// <summary>Compares words as users type them: whatever their case, with or without accents, with any apostrophe.</summary>
internal static class Words
{
    private const CompareOptions Loose = CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace | CompareOptions.IgnoreWidth | CompareOptions.IgnoreKanaType;

    /// <summary>Whether they are alike in the culture, or in none: Spanish holds ñ for a letter of its own, Turkish folds cases its own way.</summary>
    public static bool AreAlike(string word, string other, CultureInfo culture) => AreAlike(word, other, culture, Loose);

    /// <summary>As the other overload, as strict as the options are.</summary>
    public static bool AreAlike(string word, string other, CultureInfo culture, CompareOptions options)
    {
        var (left, right) = (Simplify(word), Simplify(other));
        return culture.CompareInfo.Compare(left, right, options) == 0
            || CultureInfo.InvariantCulture.CompareInfo.Compare(left, right, options) == 0;
    }

    /// <summary>
    /// One of each thing that has many shapes: digits of ASCII, the straight apostrophe, single spaces, none around, and none of
    /// the marks that nobody sees or types.
    /// </summary>
    public static string Simplify(string text)
    {
        var result = new StringBuilder();
        foreach (var letter in text.Normalize(NormalizationForm.FormKC))
        {
            if (char.IsDigit(letter))
            {
                result.Append((char)('0' + (int)char.GetNumericValue(letter)));
            }
            else if (char.IsWhiteSpace(letter))
            {
                if (result.Length > 0 && result[^1] != ' ')
                {
                    result.Append(' ');
                }
            }
            else if (letter is '\u2019' or '\u02bc')
            {
                result.Append('\'');
            }
            else if (char.GetUnicodeCategory(letter) is not UnicodeCategory.Format)
            {
                result.Append(letter);
            }
        }

        return result.ToString().Trim();
    }
}
