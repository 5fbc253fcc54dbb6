namespace Everturn.OpenAI.Wire;

/// <summary>A text that comes in pieces, of which one may end within a surrogate pair.</summary>
internal sealed class PiecedText
{
    private string _half = "";

    /// <summary>What can be shown with this piece: all but half a pair at its end.</summary>
    public string Add(string piece)
    {
        var text = _half + piece;
        _half = text.Length > 0 && char.IsHighSurrogate(text[^1]) ? text[^1..] : "";
        return Lenient.Whole(text[..^_half.Length]);
    }

    /// <summary>What is left when no more pieces come.</summary>
    public string End() => Lenient.Whole(_half);
}
