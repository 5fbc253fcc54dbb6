using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Everturn.Dialogs.Prompts;

/// <summary>Reads numbers as a culture writes them.</summary>
/// <remarks>.NET's own parser takes separators of thousands anywhere, so that an American "1,5" would be 15. Here they must stand where they belong.</remarks>
internal static class NumberReader
{
    private const char Minus = '\u2212';

    public static bool TryRead<T>(string? text, NumberFormatInfo format, out T number)
        where T : struct, INumber<T>
    {
        number = default;
        return text is not null
            && Plain(text, format) is { } plain
            && T.TryParse(plain, IsWhole<T>() ? NumberStyles.AllowLeadingSign : NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number)
            && T.IsFinite(number);
    }

    /// <summary>Reads a number as JSON writes it, in whatever culture.</summary>
    public static bool TryRead<T>(JsonElement json, out T number)
        where T : struct, INumber<T>
    {
        number = default;

        // As a double first: nobody is to have a whole number of 1e999999999 made.
        return json.TryGetDouble(out var size) && double.IsFinite(size)
            && T.TryParse(json.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out number)
            && T.IsFinite(number);
    }

    private static bool IsWhole<T>()
        where T : struct, INumber<T> => T.IsInteger(T.One / (T.One + T.One));

    // The number with ASCII digits, a point, and no separators of thousands; null when it is none.
    private static string? Plain(string text, NumberFormatInfo format)
    {
        var letters = Words.Simplify(text);
        var isNegative = letters is ['-' or Minus, ..];
        var digits = isNegative || letters is ['+', ..] ? letters[1..] : letters;
        var parts = digits.Split(Words.Simplify(format.NumberDecimalSeparator));
        if (parts.Length > 2 || WithoutGroups(parts[0], format) is not { } whole)
        {
            return null;
        }

        var fraction = parts is [_, var behind] ? behind : "";
        return whole.Length + fraction.Length > 0 && fraction.All(char.IsAsciiDigit)
            ? $"{(isNegative ? "-" : "")}{(whole.Length > 0 ? whole : "0")}{(fraction.Length > 0 ? "." : "")}{fraction}"
            : null;
    }

    private static string? WithoutGroups(string digits, NumberFormatInfo format)
    {
        // Apostrophes and spaces have many shapes; one of each is left.
        var groups = digits.Split(SimplifySeparator(format.NumberGroupSeparator));
        for (var at = groups.Length - 1; at >= 0; at--)
        {
            var size = groups.Length == 1 ? int.MaxValue : SizeOf(groups.Length - 1 - at, format.NumberGroupSizes);
            if (!groups[at].All(char.IsAsciiDigit) || groups[at].Length > size || (at > 0 && groups[at].Length < size) || (groups.Length > 1 && groups[at].Length == 0))
            {
                return null;
            }
        }

        return string.Concat(groups);
    }

    private static int SizeOf(int group, int[] sizes) => sizes.Length == 0 ? 0 : sizes[Math.Min(group, sizes.Length - 1)];

    private static string SimplifySeparator(string separator) =>
        string.IsNullOrWhiteSpace(separator) ? " " : Words.Simplify(separator);
}
