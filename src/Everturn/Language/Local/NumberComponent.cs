using System.Globalization;
using System.Text.RegularExpressions;
using Everturn.Dialogs.Prompts;

namespace Everturn.Language.Local;

/// <summary>Finds numbers in digits of any script, as the speaker's culture writes them. Number words are beyond it.</summary>
internal static partial class NumberComponent
{
    /// <summary>The name of the service's component that this stands in for.</summary>
    public const string Prebuilt = "Quantity.Number";

    public static IEnumerable<Find> FindIn(string text, string? locale, string language)
    {
        var format = PromptCulture.Of(locale, language).NumberFormat;
        foreach (Match match in Digits().Matches(text))
        {
            if (NumberReader.TryRead<decimal>(match.Value, format, out var number))
            {
                yield return new("prebuilts", match.Index, match.Length, 1, number.ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    // Not within words such as B22, but between characters that need no spaces; separators only between digits.
    [GeneratedRegex(@"(?<![\p{Lu}\p{Ll}\p{Nd}])[-\u2212]?\p{Nd}+([.,'\u2019]\p{Nd}+)*(?![\p{Lu}\p{Ll}\p{Nd}])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Digits();
}
