using Everturn.Storage.Sqlite.Database;
using SQLitePCL;

namespace Everturn.Storage.Sqlite.Reading;

// A connection that only reads. Each read is one statement, so it sees one moment; it must be quick, because it keeps
// its thread, and because an open read keeps the log from starting over.
internal sealed class Reader : IDisposable
{
    private readonly Connection _connection;
    private readonly Statement _load;
    private readonly Statement _keys;
    private readonly Statement _due;

    public Reader(SqliteStoreOptions options)
    {
        _connection = Connection.Open(options);
        _connection.Execute("PRAGMA query_only=1", "Opening the store");
        _load = _connection.Prepare("SELECT content, etag FROM documents WHERE key = ?1");
        _keys = _connection.Prepare("SELECT key FROM documents WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT ?3");
        // Without the hint SQLite might walk all keys of the scope instead of the few that owe something.
        _due = _connection.Prepare(
            "SELECT key FROM documents INDEXED BY documents_due WHERE due <= ?4 AND key >= ?1 AND key < ?2 ORDER BY key LIMIT ?3");
    }

    // False when busy: ask again.
    public bool TryLoad(string key, out StoredDocument? document)
    {
        document = null;
        try
        {
            _load.BindText(1, key);
            var code = _load.Step();
            if (ResultCode.IsBusy(code)) return false;
            if (code == raw.SQLITE_ROW) document = new StoredDocument(_load.Blob(0), new ETag(_load.Text(1)));
            else if (code != raw.SQLITE_DONE) throw _connection.Error(code, $"Loading '{key}'");
            return true;
        }
        finally
        {
            _load.Reset();
        }
    }

    // False when busy: ask again.
    public bool TryList(KeyRange range, long? due, int limit, out IReadOnlyList<string> keys)
    {
        var found = new List<string>();
        keys = found;
        var statement = due is null ? _keys : _due;
        try
        {
            statement.BindText(1, range.From);
            statement.BindText(2, range.To);
            statement.BindNumber(3, limit);
            if (due is not null) statement.BindNumber(4, due);
            while (true)
            {
                var code = statement.Step();
                if (code == raw.SQLITE_DONE) return true;
                if (ResultCode.IsBusy(code)) return false;
                if (code != raw.SQLITE_ROW) throw _connection.Error(code, "Listing keys");
                found.Add(statement.Text(0));
            }
        }
        finally
        {
            statement.Reset();
        }
    }

    public void Dispose() => _connection.Dispose();
}
