namespace Everturn.Language.Local;

/// <summary>What tells whether a token belongs to an entity: itself, its neighbours, how it begins and ends, how it is written.</summary>
internal static class SpanFeatures
{
    private const int Affix = 3;

    public static FeatureSet Of(string text, IReadOnlyList<Token> tokens, int at)
    {
        var features = new FeatureSet();
        var word = tokens[at].Form;
        var (before, after) = (FormAt(tokens, at - 1), FormAt(tokens, at + 1));
        features.Add('0', 1, word);
        features.Add('-', 1, before);
        features.Add('+', 1, after);
        features.Add('<', 0.7f, FormAt(tokens, at - 2), before);
        features.Add('>', 0.7f, after, FormAt(tokens, at + 2));
        features.Add('l', 0.7f, before, word);
        features.Add('r', 0.7f, word, after);
        features.Add('2', 0.5f, FormAt(tokens, at - 2));
        features.Add('3', 0.5f, FormAt(tokens, at - 3));
        if (word.Length > Affix)
        {
            features.Add('b', 0.5f, word.AsSpan(0, Affix));
            features.Add('a', 0.5f, word.AsSpan(word.Length - Affix));
        }

        features.Add('s', 1, Writing(text, tokens[at]), at == 0 ? "first" : "");
        if (at > 0) features.Add('q', 0.5f, Writing(text, tokens[at - 1]), Writing(text, tokens[at]));
        return features;
    }

    private static string FormAt(IReadOnlyList<Token> tokens, int at) => at >= 0 && at < tokens.Count ? tokens[at].Form : "";

    private static string Writing(string text, Token token)
    {
        var first = text[token.Offset];
        return token.IsCharacter ? (first is >= '\u3041' and <= '\u309F' ? "hiragana" : first is >= '\u30A0' and <= '\u30FF' ? "katakana" : "character")
            : char.IsDigit(first) ? "digits"
            : char.IsUpper(first) ? (token.Length > 1 && char.IsUpper(text[token.Offset + 1]) ? "capitals" : "capital")
            : "small";
    }
}
