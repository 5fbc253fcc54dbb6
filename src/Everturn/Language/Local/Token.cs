namespace Everturn.Language.Local;

/// <summary>A word of a text; in scripts that put no spaces between words, a character.</summary>
/// <param name="Form">Its folded form, equal for what readers take for the same word.</param>
/// <param name="Offset">Where it begins in the text.</param>
/// <param name="Length">How long it is there.</param>
/// <param name="IsCharacter">Whether it is a character of a script without spaces.</param>
internal readonly record struct Token(string Form, int Offset, int Length, bool IsCharacter)
{
    public int End => Offset + Length;
}
