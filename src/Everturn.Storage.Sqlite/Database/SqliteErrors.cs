using SQLitePCL;

namespace Everturn.Storage.Sqlite.Database;

// Says in the user's words what SQLite said in its own.
internal static class SqliteErrors
{
    public static SqliteStoreException Create(int code, string file, string operation, string? detail = null)
    {
        var (id, found, cure) = ResultCode.Family(code) switch
        {
            raw.SQLITE_CANTOPEN or raw.SQLITE_PERM or raw.SQLITE_AUTH => ("ET2001", "the file cannot be opened",
                "Check that the path is a file in a directory that this process may write to."),
            raw.SQLITE_NOTADB => ("ET2002", "the file is not a SQLite database",
                "Name another file, or move this one away."),
            raw.SQLITE_READONLY => ("ET2004", "the file or its directory is read-only",
                "Give this process write access to the file and to its directory (SQLite keeps its log beside the file)."),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_PROTOCOL => ("ET2005", "another process has held the lock for too long",
                "Look for a paused or hanging process, or a tool with an open transaction, on this file."),
            raw.SQLITE_FULL => ("ET2006", "the disk is full", "Free space on the file's disk; the store goes on by itself."),
            raw.SQLITE_CORRUPT => ("ET2007", "the file is damaged",
                "Stop all nodes, keep a copy, and restore a backup or try the sqlite3 tool's .recover."),
            raw.SQLITE_IOERR => ("ET2008", "the disk failed to read or write", "Check the disk and the system's log."),
            _ => ("ET2009", "SQLite refused", "Look the code up in SQLite's list of result codes."),
        };
        detail ??= raw.sqlite3_errstr(code).utf8_to_string();
        return new SqliteStoreException(id, $"{operation} in '{file}': {found} (SQLite {code}: {detail}). {cure}", code);
    }
}
