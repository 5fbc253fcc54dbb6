using Everturn.Language.Projects;

namespace Everturn.Language.Local;

/// <summary>
/// Finds the entities that labelled spans teach. Each token is judged by itself and its neighbours to begin an entity, go on with it or
/// stand outside (BIO tags); Viterbi's algorithm picks the most probable sequence in which nothing goes on that has not begun.
/// </summary>
internal sealed class SpanTagger
{
    private const int Epochs = 12;
    private const int Outside = 0;

    private readonly string[] _categories;
    private readonly FeatureIndex _index = new([]);
    private readonly LinearModel? _model;

    public SpanTagger(IReadOnlyList<(ProjectUtterance Utterance, IReadOnlyList<Token> Tokens)> examples)
    {
        _categories = [.. examples.SelectMany(example => example.Utterance.Entities).Select(span => span.Category).Distinct(StringComparer.Ordinal)];
        if (_categories.Length == 0) return;
        var words = new List<FeatureSet>();
        var labels = new List<int>();
        foreach (var (utterance, tokens) in examples)
        {
            for (var at = 0; at < tokens.Count; at++)
            {
                words.Add(SpanFeatures.Of(utterance.Text, tokens, at));
                labels.Add(TagOf(tokens, at, utterance.Entities));
            }
        }

        _index = new(words);
        _model = LinearModel.Train([.. words.Select(_index.Vector)], labels, _index.Count, Tags, Epochs);
    }

    private int Tags => 1 + (2 * _categories.Length);

    public IEnumerable<LearnedSpan> FindIn(string text, IReadOnlyList<Token> tokens)
    {
        if (_model is null || tokens.Count == 0) yield break;
        var probabilities = new double[tokens.Count][];
        for (var at = 0; at < tokens.Count; at++)
        {
            probabilities[at] = new double[Tags];
            _model.Score(_index.Vector(SpanFeatures.Of(text, tokens, at)), probabilities[at]);
            PortableMath.Softmax(probabilities[at]);
        }

        var tags = BestTags(probabilities);
        for (var at = 0; at < tags.Length; at++)
        {
            if (!Begins(tags[at])) continue;
            var (last, confidence) = (at, probabilities[at][tags[at]]);
            while (last + 1 < tags.Length && tags[last + 1] == tags[at] + 1)
            {
                last++;
                confidence = Math.Min(confidence, probabilities[last][tags[last]]);
            }

            yield return new(new(_categories[tags[at] / 2], tokens[at].Offset, tokens[last].End - tokens[at].Offset), confidence);
        }
    }

    private int[] BestTags(double[][] probabilities)
    {
        var from = new int[probabilities.Length][];
        double[] before = [];
        for (var at = 0; at < probabilities.Length; at++)
        {
            var now = new double[Tags];
            from[at] = new int[Tags];
            var most = 0.0;
            for (var tag = 0; tag < Tags; tag++)
            {
                var best = at == 0 && !GoesOn(tag) ? 1 : 0.0;
                for (var previous = 0; previous < before.Length; previous++)
                {
                    if (before[previous] <= best || !MayFollow(previous, tag)) continue;
                    best = before[previous];
                    from[at][tag] = previous;
                }

                now[tag] = best * probabilities[at][tag];
                most = Math.Max(most, now[tag]);
            }

            // Kept near 1, or a long text would underflow.
            foreach (ref var probability in now.AsSpan()) probability /= most;
            before = now;
        }

        var tags = new int[probabilities.Length];
        tags[^1] = Array.IndexOf(before, before.Max());
        for (var at = tags.Length - 1; at > 0; at--) tags[at - 1] = from[at][tags[at]];
        return tags;
    }

    // Tags: 0 outside, then for each category one that begins (odd) and one that goes on (even).
    private static bool Begins(int tag) => tag % 2 == 1;

    private static bool GoesOn(int tag) => tag > Outside && tag % 2 == 0;

    private static bool MayFollow(int previous, int tag) => !GoesOn(tag) || previous == tag || previous == tag - 1;

    private int TagOf(IReadOnlyList<Token> tokens, int at, IReadOnlyList<ProjectSpan> spans)
    {
        var span = SpanOf(tokens[at], spans);
        if (span is null) return Outside;
        var begin = (2 * Array.IndexOf(_categories, span.Category)) + 1;
        return at > 0 && ReferenceEquals(SpanOf(tokens[at - 1], spans), span) ? begin + 1 : begin;
    }

    /// <summary>The span that a token lies in, be it in part; null when there is none.</summary>
    public static ProjectSpan? SpanOf(Token token, IReadOnlyList<ProjectSpan> spans)
    {
        foreach (var span in spans)
        {
            if (token.Offset < span.Offset + span.Length && span.Offset < token.End) return span;
        }

        return null;
    }
}

/// <summary>A span that the tagger has found.</summary>
internal readonly record struct LearnedSpan(ProjectSpan Span, double Confidence);
