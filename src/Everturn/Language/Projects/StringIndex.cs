using System.Globalization;
using System.Text;

namespace Everturn.Language.Projects;

/// <summary>What the offsets of a file count. Source: Azure AI Language, "Multilingual and emoji support".</summary>
internal enum StringIndex
{
    Utf16CodeUnits,
    CodePoints,
    TextElements,
}

/// <summary>Turns offsets into indexes of a .NET string.</summary>
internal static class StringIndexes
{
    public static StringIndex? Parse(string name) => name.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant() switch
    {
        "UTF16CODEUNIT" => StringIndex.Utf16CodeUnits,
        "UNICODECODEPOINT" => StringIndex.CodePoints,
        "TEXTELEMENTSV8" or "TEXTELEMENTV8" => StringIndex.TextElements,
        _ => null,
    };

    /// <summary>The span in UTF-16 characters; null when the text does not reach so far.</summary>
    public static (int Offset, int Length)? Locate(this StringIndex index, string text, int offset, int length)
    {
        var begin = Advance(text, 0, offset, index);
        var end = begin is null ? null : Advance(text, begin.Value, length, index);
        return end is null ? null : (begin!.Value, end.Value - begin.Value);
    }

    private static int? Advance(string text, int at, int count, StringIndex index)
    {
        if (index == StringIndex.Utf16CodeUnits) return count <= text.Length - at ? at + count : null;
        for (var left = count; left > 0; left--)
        {
            if (at == text.Length) return null;
            at += index == StringIndex.TextElements
                ? StringInfo.GetNextTextElementLength(text, at)
                : Rune.TryGetRuneAt(text, at, out var rune) ? rune.Utf16SequenceLength : 1;
        }

        return at;
    }
}
