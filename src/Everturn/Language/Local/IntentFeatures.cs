using Everturn.Language.Projects;

namespace Everturn.Language.Local;

/// <summary>What a text is judged by: its words, pairs of words, pieces of words, which catch endings and misspellings, and the kinds of entities in it.</summary>
internal static class IntentFeatures
{
    // Found by cross-validation on the training part of the sample project.
    private const float WordWeight = 1;
    private const float PairWeight = 0.3f;
    private const float PieceWeight = 0.4f;

    /// <param name="tokens">The text's tokens.</param>
    /// <param name="spans">What was learned to be an entity stands as one word: a city, whichever it is.</param>
    /// <param name="categories">The kinds of entities that lists, expressions and numbers show.</param>
    public static FeatureSet Of(IReadOnlyList<Token> tokens, IReadOnlyList<ProjectSpan> spans, IEnumerable<string> categories)
    {
        var features = new FeatureSet();
        var words = Words(tokens, spans);
        for (var at = 0; at < words.Count; at++)
        {
            var (form, isWhole) = words[at];
            features.Add('w', WordWeight, form);
            features.Add('p', PairWeight, at > 0 ? words[at - 1].Form : "^", form);
            if (!isWhole) AddPieces(features, form);
            else if (at > 1 && words[at - 1].IsWhole && words[at - 2].IsWhole) features.Add('t', PairWeight, words[at - 2].Form, words[at - 1].Form, form);
        }

        if (words.Count > 0) features.Add('p', PairWeight, words[^1].Form, "$");
        foreach (var category in categories.Union(spans.Select(span => span.Category), StringComparer.Ordinal)) features.Add('e', WordWeight, category);
        return features;
    }

    // Whole words have no pieces: characters, and what stands for an entity.
    private static List<(string Form, bool IsWhole)> Words(IReadOnlyList<Token> tokens, IReadOnlyList<ProjectSpan> spans)
    {
        var words = new List<(string, bool)>(tokens.Count);
        ProjectSpan? before = null;
        foreach (var token in tokens)
        {
            var span = SpanTagger.SpanOf(token, spans);
            if (span is null) words.Add((Shape(token.Form), token.IsCharacter));
            else if (!ReferenceEquals(span, before)) words.Add(($"<{span.Category}>", true));
            before = span;
        }

        return words;
    }

    private static void AddPieces(FeatureSet features, string word)
    {
        var padded = $"_{word}_";
        for (var length = 3; length <= 4; length++)
        {
            for (var at = 0; at + length <= padded.Length; at++) features.Add('c', PieceWeight, padded.AsSpan(at, length));
        }
    }

    // All numbers of one length are alike.
    private static string Shape(string form) => !form.Any(char.IsDigit) ? form : string.Create(form.Length, form, (shape, word) =>
    {
        for (var at = 0; at < word.Length; at++) shape[at] = char.IsDigit(word[at]) ? '0' : word[at];
    });
}
