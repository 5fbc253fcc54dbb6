namespace Everturn.Storage.Sqlite.Database;

// The file's form. A form is read one release before it is written.
internal static class Schema
{
    // The newest form that this version knows: PRAGMA user_version.
    public const int Version = 1;

    // "EVRT": tells the file from another program's.
    public const int ApplicationId = 0x45565254;

    // Keys compare by their UTF-8 bytes (BINARY). Dues are UTC ticks. The index holds only what owes something.
    private const string Create = """
        CREATE TABLE documents(
            key TEXT NOT NULL PRIMARY KEY,
            content BLOB NOT NULL,
            etag TEXT NOT NULL,
            due INTEGER) WITHOUT ROWID;
        CREATE INDEX documents_due ON documents(due) WHERE due IS NOT NULL;
        PRAGMA application_id=1163285076;
        PRAGMA user_version=1;
        COMMIT;
        """;

    private const string Opening = "Opening the store";

    // Makes or checks the file; several processes may be doing so at once.
    public static void Prepare(Connection connection)
    {
        var current = IsCurrentAtOnce(connection);
        SetJournal(connection);
        if (current) return;

        connection.Execute("BEGIN IMMEDIATE", Opening);
        try
        {
            // Somebody else may have made it while we waited.
            if (!IsCurrent(connection)) connection.Execute(Create, Opening);
        }
        finally
        {
            connection.RollBack();
        }
    }

    // In one read transaction: another process may be making the file, and half of what it makes looks like another program's.
    private static bool IsCurrentAtOnce(Connection connection)
    {
        connection.Execute("BEGIN", Opening);
        try
        {
            return IsCurrent(connection);
        }
        finally
        {
            connection.RollBack();
        }
    }

    private static bool IsCurrent(Connection connection)
    {
        var application = connection.ReadNumber("PRAGMA application_id", Opening);
        var version = connection.ReadNumber("PRAGMA user_version", Opening);
        if (application == ApplicationId && version == Version) return true;
        if (application == ApplicationId)
        {
            throw new SqliteStoreException("ET2003", $"{Opening} in '{connection.File}': the file has form {version}, and this version of "
                + $"Everturn knows form {Version}. It was written by a newer version: upgrade this node, or name another file.");
        }

        if (application == 0 && version == 0 && connection.ReadNumber("SELECT count(*) FROM sqlite_schema", Opening) == 0) return false;
        throw new SqliteStoreException("ET2002", $"{Opening} in '{connection.File}': the file is a SQLite database of another program "
            + $"(application id {application}). Name another file.");
    }

    private static void SetJournal(Connection connection)
    {
        var journal = connection.ReadText("PRAGMA journal_mode=WAL", Opening);
        if (journal != "wal")
        {
            throw new SqliteStoreException("ET2010", $"{Opening} in '{connection.File}': SQLite cannot keep a write-ahead log there (it offers "
                + $"'{journal}'). Put the file on a local disk of this machine, not on a network share.");
        }
    }
}
