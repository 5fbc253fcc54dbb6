using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Everturn.OpenAI.Wire;

/// <summary>Reads JSON of servers and models, which differ: what is not of the expected shape counts as absent.</summary>
internal static class Lenient
{
    public static JsonElement? Member(this JsonElement json, string name) =>
        json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    public static IEnumerable<JsonElement> Items(this JsonElement json) => json.ValueKind is JsonValueKind.Array ? json.EnumerateArray() : [];

    public static string? Text(this JsonElement json) => json.Piece() is { } text ? Whole(text) : null;

    /// <summary>A text, or a number as it is written.</summary>
    public static string? TextOrNumber(this JsonElement json) => json.ValueKind is JsonValueKind.Number ? json.GetRawText() : json.Text();

    /// <summary>A text that may begin or end within a surrogate pair: servers cut an escaped character in two.</summary>
    public static string? Piece(this JsonElement json)
    {
        if (json.ValueKind is not JsonValueKind.String) return null;
        try
        {
            return json.GetString();
        }
        catch (InvalidOperationException)
        {
            // Regular expressions know all the escapes of JSON, and take half a pair for what it is.
            return Regex.Unescape(json.GetRawText()[1..^1]);
        }
    }

    /// <summary>A count that may be written with a fraction of nothing or in quotes.</summary>
    public static long? Count(this JsonElement json) =>
        decimal.TryParse(json.TextOrNumber(), NumberStyles.Float, CultureInfo.InvariantCulture, out var count) && count is >= 0 and <= long.MaxValue ? (long)count : null;

    /// <summary>The text with a replacement character in the place of each half of a pair without its other half.</summary>
    public static string Whole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
