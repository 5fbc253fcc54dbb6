namespace Everturn.Language.Local;

/// <summary>Numbers the features that training has seen, and counts in how many texts.</summary>
internal sealed class FeatureIndex
{
    private readonly Dictionary<ulong, int> _numbers = [];
    private readonly List<int> _counts = [];

    public FeatureIndex(IEnumerable<FeatureSet> texts)
    {
        foreach (var (key, _) in texts.SelectMany(text => text.Features))
        {
            if (_numbers.TryAdd(key, _numbers.Count)) _counts.Add(0);
            _counts[_numbers[key]]++;
        }
    }

    public int Count => _numbers.Count;

    /// <summary>
    /// The vector of a text, of length 1 with all its features and shorter by those that training has not seen: so a text with little in
    /// it that is known gets low scores.
    /// </summary>
    public SparseVector Vector(FeatureSet features)
    {
        var indexes = new List<int>(features.Features.Count);
        var values = new List<double>(features.Features.Count);
        var square = 0.0;
        foreach (var (key, given) in features.Features)
        {
            var isKnown = _numbers.TryGetValue(key, out var number);
            var value = given * Rarity(isKnown ? _counts[number] : 1);
            square += value * value;
            if (!isKnown) continue;
            indexes.Add(number);
            values.Add(value);
        }

        var length = Math.Sqrt(square);
        return new([.. indexes], [.. values.Select(value => (float)(value / length))]);
    }

    // What stands in many texts says little. The fourth root does about what the usual logarithm does, and is exact on every machine.
    private static double Rarity(int texts) => 1 / Math.Sqrt(Math.Sqrt(texts));
}

/// <summary>The features of a text that are known, by number, with their values.</summary>
internal readonly record struct SparseVector(int[] Indexes, float[] Values);
