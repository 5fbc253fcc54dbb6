using System.Buffers;
using System.Text;

namespace Everturn.Language.Local;

/// <summary>Folds what readers take for the same: case, width, accents, composed and decomposed characters. The same under every culture.</summary>
internal static class TextFolding
{
    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");

    /// <summary>Folds a token, which holds no broken surrogates.</summary>
    public static string Fold(ReadOnlySpan<char> token)
    {
        if (IsPlain(token)) return new(token);
        var folded = new StringBuilder(token.Length);
        foreach (var rune in new string(token).Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            if (!IsAccent(rune.Value)) folded.Append(Rune.ToLowerInvariant(Same(rune)));
        }

        return folded.ToString().Normalize(NormalizationForm.FormC);
    }

    private static bool IsPlain(ReadOnlySpan<char> token) => !token.ContainsAnyExcept(Plain);

    // Marks that people leave out when they type: accents of Latin, Greek and Cyrillic, points of Hebrew, vowel marks of Arabic, variation
    // selectors of emoji. Those of Indic scripts and of Kana are part of the word.
    private static bool IsAccent(int rune) => rune is
        (>= 0x0300 and <= 0x036F) or (>= 0x0591 and <= 0x05C7) or (>= 0x064B and <= 0x0652) or 0x0670 or 0x0640 or (>= 0xFE00 and <= 0xFE0F);

    // The dotless i, which capitals lose, and the sigma at a word's end.
    private static Rune Same(Rune rune) => rune.Value switch
    {
        0x0131 => new('i'),
        0x03C2 => new('\u03C3'),
        _ => rune,
    };
}
