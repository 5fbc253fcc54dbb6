namespace Everturn.Language.Local;

/// <summary>Gathers the features of one text or token: hashes with weights, each once, in the order in which they were found.</summary>
internal sealed class FeatureSet
{
    private readonly HashSet<ulong> _seen = [];
    private readonly List<(ulong Key, float Weight)> _features = [];

    public IReadOnlyList<(ulong Key, float Weight)> Features => _features;

    /// <summary>Adds a feature: its kind, and up to three parts.</summary>
    public void Add(char kind, float weight, ReadOnlySpan<char> part, ReadOnlySpan<char> second = default, ReadOnlySpan<char> third = default)
    {
        var key = Hash(Hash(Hash(Hash(14695981039346656037, [kind]), part), second), third);
        if (_seen.Add(key)) _features.Add((key, weight));
    }

    // FNV-1a over UTF-16, each part closed by a character that no token holds.
    private static ulong Hash(ulong hash, ReadOnlySpan<char> text)
    {
        foreach (var character in text) hash = (hash ^ character) * 1099511628211;
        return (hash ^ ' ') * 1099511628211;
    }
}
