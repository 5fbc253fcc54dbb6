using System.Globalization;
using Everturn.Storage.Sqlite.Database;

namespace Everturn.Storage.Sqlite.Tests.Processes;

// Compares what workers were told with what the file holds. A process that was killed may have had writes under way:
// those may be there or not, but nothing else may differ.
internal sealed class Ledger
{
    private readonly Dictionary<string, string> _created = new(StringComparer.Ordinal);
    private readonly HashSet<string> _deleted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<int, string>> _counted = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];

    public int Acknowledged { get; private set; }

    public static IReadOnlyList<string> ReadLines(string log)
    {
        using var stream = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd();
        // A line that was cut off by the kill was not finished, so its write counts as not acknowledged.
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public void Add(string log)
    {
        foreach (var line in ReadLines(log))
        {
            Acknowledged++;
            var words = line.Split(' ');
            if (words[0] == "+") _created[words[1]] = words[2];
            else if (words[0] == "-") _deleted.Add(words[1]);
            else Count(words[1], int.Parse(words[2], CultureInfo.InvariantCulture), words[3]);
        }
    }

    // What is wrong; empty when every acknowledged write is there. `inDoubt` writes may have gone without an answer.
    public IReadOnlyList<string> Check(string file, int inDoubt)
    {
        try
        {
            using var connection = Connection.Open(new SqliteStoreOptions { File = file });
            var integrity = connection.ReadText("PRAGMA integrity_check", "checking");
            if (integrity != "ok") _faults.Add("integrity_check: " + integrity);
        }
        catch (SqliteStoreException error)
        {
            _faults.Add(error.Message);
        }

        using var store = new SqliteStore(new SqliteStoreOptions { File = file });
        CheckCreated(store, ref inDoubt);
        CheckCounted(store, inDoubt);
        return _faults;
    }

    private void Count(string key, int n, string etag)
    {
        if (!_counted.TryGetValue(key, out var numbers)) _counted[key] = numbers = [];
        if (!numbers.TryAdd(n, etag)) _faults.Add($"'{key}' was brought to {n} twice: an update was lost.");
    }

    private void CheckCreated(SqliteStore store, ref int inDoubt)
    {
        foreach (var (key, etag) in _created)
        {
            var found = Load(store, key)?.ETag.Value;
            if (_deleted.Contains(key))
            {
                if (found is not null) _faults.Add($"'{key}' was deleted and is there.");
            }
            else if (found is null)
            {
                // The last delete of a killed process may have gone unanswered.
                if (inDoubt-- <= 0) _faults.Add($"'{key}' was acknowledged and is gone.");
            }
            else if (found != etag)
            {
                _faults.Add($"'{key}' has the version {found}; {etag} was acknowledged.");
            }
        }
    }

    private void CheckCounted(SqliteStore store, int inDoubt)
    {
        foreach (var (key, numbers) in _counted)
        {
            var last = numbers.Last();
            var missing = last.Key - numbers.Count;
            inDoubt -= missing;
            if (inDoubt < 0) _faults.Add($"'{key}': {missing} steps below {last.Key} were made by nobody.");
            if (Load(store, key) is not { } document)
            {
                _faults.Add($"'{key}' was brought to {last.Key} and is gone.");
                continue;
            }

            if (!Documents.TryNumber(document.Content.Span, out var n))
            {
                _faults.Add($"'{key}' holds bytes that nobody saved.");
                continue;
            }

            inDoubt -= Math.Max(0, n - last.Key);
            if (n < last.Key) _faults.Add($"'{key}' was brought to {last.Key} and is at {n}.");
            else if (n == last.Key && document.ETag.Value != last.Value) _faults.Add($"'{key}' at {n} has another version than was acknowledged.");
            else if (inDoubt < 0) _faults.Add($"'{key}' was brought to {last.Key} and is at {n}, which nobody wrote.");
        }
    }

    private StoredDocument? Load(SqliteStore store, string key)
    {
        try
        {
            return store.LoadAsync(key, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        }
        catch (SqliteStoreException error)
        {
            _faults.Add(error.Message);
            return null;
        }
    }
}
