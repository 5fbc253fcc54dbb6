using System.Globalization;
using System.Text;

namespace Everturn.Language.Local;

/// <summary>
/// Cuts a text into tokens. Words are runs of letters, digits and marks. Scripts without spaces give one token a character, for which the
/// features make up by sequences. Symbols and emoji are tokens of their own; punctuation, spaces and broken surrogates separate.
/// </summary>
internal static class Tokenizer
{
    public static List<Token> Tokenize(string text)
    {
        var tokens = new List<Token>();
        for (var at = 0; at < text.Length;)
        {
            var kind = KindAt(text, at, out var length);
            var end = at + length;
            while (end < text.Length && Continues(kind, KindAt(text, end, out var next)))
            {
                end += next;
            }

            if (kind != Kind.Separator)
            {
                var form = TextFolding.Fold(text.AsSpan(at, end - at));
                if (form.Length > 0) tokens.Add(new(form, at, end - at, kind == Kind.Character));
            }

            at = end;
        }

        return tokens;
    }

    private static bool Continues(Kind kind, Kind next) => kind switch
    {
        Kind.Word => next is Kind.Word or Kind.Mark,
        Kind.Character or Kind.Symbol => next is Kind.Mark,
        _ => false,
    };

    private static Kind KindAt(string text, int at, out int length)
    {
        if (!Rune.TryGetRuneAt(text, at, out var rune))
        {
            length = 1;
            return Kind.Separator;
        }

        length = rune.Utf16SequenceLength;
        return Rune.GetUnicodeCategory(rune) switch
        {
            // The half-width voice marks of Katakana are letters by category.
            _ when rune.Value is 0xFF9E or 0xFF9F => Kind.Mark,
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => Kind.Mark,
            UnicodeCategory.OtherLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.LetterNumber when HasNoSpaces(rune.Value) => Kind.Character,
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.OtherLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Word,
            UnicodeCategory.OtherSymbol or UnicodeCategory.CurrencySymbol => Kind.Symbol,
            _ => Kind.Separator,
        };
    }

    // Thai, Lao, Tibetan, Myanmar, Khmer; Kana, Bopomofo, Han with its extensions. Hangul is written with spaces.
    private static bool HasNoSpaces(int rune) => rune is
        (>= 0x0E00 and <= 0x0FFF) or (>= 0x1000 and <= 0x109F) or (>= 0x1780 and <= 0x17FF)
        or (>= 0x2E80 and <= 0x30FF) or (>= 0x3100 and <= 0x312F) or (>= 0x31A0 and <= 0x31FF) or (>= 0x3400 and <= 0x9FFF)
        or (>= 0xF900 and <= 0xFAFF) or (>= 0xFF66 and <= 0xFF9D) or (>= 0x20000 and <= 0x3FFFF);

    private enum Kind
    {
        Separator,
        Word,
        Character,
        Symbol,
        Mark,
    }
}
