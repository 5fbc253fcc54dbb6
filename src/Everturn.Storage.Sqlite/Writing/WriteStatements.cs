using System.Security.Cryptography;
using Everturn.Storage.Sqlite.Database;
using SQLitePCL;

namespace Everturn.Storage.Sqlite.Writing;

// The conditional writes, each one statement: what is checked is what is written.
internal sealed class WriteStatements(Connection connection)
{
    private readonly Statement _create = connection.Prepare(
        "INSERT INTO documents(key, content, etag, due) VALUES(?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING");

    private readonly Statement _update = connection.Prepare(
        "UPDATE documents SET content = ?2, etag = ?3, due = ?4 WHERE key = ?1 AND etag = ?5");

    private readonly Statement _delete = connection.Prepare("DELETE FROM documents WHERE key = ?1 AND etag = ?2");

    public ETag? Save(Write write)
    {
        var statement = write.Expected is null ? _create : _update;
        var etag = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        statement.BindText(1, write.Key);
        statement.BindBlob(2, write.Content.Span);
        statement.BindText(3, etag);
        statement.BindNumber(4, write.Due);
        if (write.Expected is { } expected) statement.BindText(5, expected.Value);
        return statement.RunChange($"Saving '{write.Key}'") == 1 ? new ETag(etag) : null;
    }

    public ETag? Delete(Write write)
    {
        _delete.BindText(1, write.Key);
        _delete.BindText(2, write.Expected!.Value.Value);
        return _delete.RunChange($"Deleting '{write.Key}'") == 1 ? write.Expected : null;
    }

    // Undoes what the run has done when it says no. An exception undoes the whole transaction instead.
    public bool RunOrUndo(Func<bool> run)
    {
        Execute("SAVEPOINT several");
        var kept = run();
        if (!kept) Execute("ROLLBACK TO several");
        Execute("RELEASE several");
        return kept;
    }

    private void Execute(string sql)
    {
        const string Operation = "Writing several documents";
        if (!connection.TryExecute(sql, Operation)) throw connection.Error(raw.SQLITE_BUSY, Operation);
    }
}
