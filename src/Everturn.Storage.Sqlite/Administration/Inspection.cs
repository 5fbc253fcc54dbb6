using Everturn.Storage.Sqlite.Database;
using SQLitePCL;

namespace Everturn.Storage.Sqlite.Administration;

// What a person wants to know of the file, by a connection of its own: it reads all of it, and keeps its thread meanwhile.
internal static class Inspection
{
    private const string Checking = "Checking the file";
    private const string Counting = "Counting the documents";

    public static StoreCheck Check(SqliteStoreOptions options)
    {
        using var connection = Connection.Open(options);
        var found = connection.ReadText("PRAGMA quick_check(1)", Checking);
        return new(
            options.File,
            "SQLite " + raw.sqlite3_libversion().utf8_to_string(),
            (int)connection.ReadNumber("PRAGMA user_version", Checking),
            found == "ok" ? [] : [$"ET2007: the file is damaged ({found}). Restore it from a backup."]);
    }

    // In one transaction, so that the numbers go together.
    public static StoreStats Count(SqliteStoreOptions options)
    {
        using var connection = Connection.Open(options);
        connection.Execute("BEGIN", Counting);
        try
        {
            var due = connection.ReadNumber("SELECT count(*) FROM documents WHERE due IS NOT NULL", Counting);
            return new(
                connection.ReadNumber("SELECT count(*) FROM documents", Counting),
                connection.ReadNumber("SELECT coalesce(sum(length(content)), 0) FROM documents", Counting),
                due,
                due == 0 ? null : new DateTimeOffset(connection.ReadNumber("SELECT min(due) FROM documents WHERE due IS NOT NULL", Counting), TimeSpan.Zero));
        }
        finally
        {
            connection.RollBack();
        }
    }
}
