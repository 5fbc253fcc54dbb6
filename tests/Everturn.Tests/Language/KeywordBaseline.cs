using Everturn.Language.Local;
using Everturn.Language.Projects;

namespace Everturn.Tests.Language;

/// <summary>
/// What people write before they take a recognizer: a list of key words for each intent. Here each word counts for the intent in which it
/// is most frequent, as much as it is more frequent there than elsewhere; a text is of the intent whose words count most.
/// </summary>
internal sealed class KeywordBaseline
{
    private readonly Dictionary<string, (string Intent, double Weight)> _words = new(StringComparer.Ordinal);

    public KeywordBaseline(IReadOnlyCollection<ProjectUtterance> utterances)
    {
        var uses = from utterance in utterances
                   from word in WordsOf(utterance.Text).Distinct(StringComparer.Ordinal)
                   group utterance.Intent by word;
        foreach (var use in uses)
        {
            var most = use.GroupBy(intent => intent, StringComparer.Ordinal).OrderByDescending(intent => intent.Count()).ThenBy(intent => intent.Key, StringComparer.Ordinal).First();
            var share = (double)most.Count() / use.Count();
            if (share >= 0.5) _words[use.Key] = (most.Key, share);
        }
    }

    public string IntentOf(string text) => WordsOf(text)
        .Select(word => _words.TryGetValue(word, out var known) ? known : default)
        .Where(known => known.Intent is not null)
        .GroupBy(known => known.Intent, StringComparer.Ordinal)
        .OrderByDescending(intent => intent.Sum(known => known.Weight))
        .ThenBy(intent => intent.Key, StringComparer.Ordinal)
        .Select(intent => intent.Key)
        .FirstOrDefault("None");

    private static IEnumerable<string> WordsOf(string text) => Tokenizer.Tokenize(text).Select(token => token.Form);
}
