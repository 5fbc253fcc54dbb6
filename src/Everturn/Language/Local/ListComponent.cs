using Everturn.Language.Projects;

namespace Everturn.Language.Local;

/// <summary>Finds the words of an entity's list, in whatever language they are listed: the longest from the left.</summary>
internal sealed class ListComponent
{
    private readonly Dictionary<string, List<(string[] Forms, string Key)>> _byFirst = new(StringComparer.Ordinal);

    public ListComponent(IReadOnlyList<ProjectListEntry> entries)
    {
        foreach (var entry in entries)
        {
            foreach (var word in entry.Synonyms.Select(synonym => synonym.Text).Append(entry.Key)) Add(word, entry.Key);
        }

        // Sorting is stable: of equal words the first listed wins.
        foreach (var (first, entriesOfFirst) in _byFirst.ToArray())
        {
            _byFirst[first] = [.. entriesOfFirst.OrderByDescending(entry => entry.Forms.Length)];
        }
    }

    public IEnumerable<Find> FindIn(IReadOnlyList<Token> tokens)
    {
        for (var at = 0; at < tokens.Count;)
        {
            var found = Longest(tokens, at);
            if (found.Forms is null)
            {
                at++;
                continue;
            }

            var last = at + found.Forms.Length - 1;
            yield return new("list", tokens[at].Offset, tokens[last].End - tokens[at].Offset, 1, found.Key);
            at = last + 1;
        }
    }

    private void Add(string word, string key)
    {
        string[] forms = [.. Tokenizer.Tokenize(word).Select(token => token.Form)];
        if (forms.Length == 0) return;
        if (!_byFirst.TryGetValue(forms[0], out var entries)) _byFirst[forms[0]] = entries = [];
        entries.Add((forms, key));
    }

    private (string[]? Forms, string Key) Longest(IReadOnlyList<Token> tokens, int at)
    {
        if (!_byFirst.TryGetValue(tokens[at].Form, out var entries)) return default;
        foreach (var entry in entries)
        {
            if (IsAt(entry.Forms, tokens, at)) return entry;
        }

        return default;
    }

    private static bool IsAt(string[] forms, IReadOnlyList<Token> tokens, int at)
    {
        if (at + forms.Length > tokens.Count) return false;
        for (var index = 1; index < forms.Length; index++)
        {
            if (tokens[at + index].Form != forms[index]) return false;
        }

        return true;
    }
}
