using SQLitePCL;

namespace Everturn.Cli.Verify;

/// <summary>Holds the write lock of a SQLite file, as a foreign program does that writes for long. Writes nothing.</summary>
internal sealed class StoreLock : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly sqlite3 _database;

    private StoreLock(sqlite3 database) => _database = database;

    /// <summary>Waits for the lock and holds it until the result is disposed of.</summary>
    /// <exception cref="CliException">It could not be had.</exception>
    public static StoreLock Take(string file)
    {
        Batteries_V2.Init();
        var code = raw.sqlite3_open_v2(file, out var database, raw.SQLITE_OPEN_READWRITE, null);
        if (code == raw.SQLITE_OK)
        {
            // Nodes alone checkpoint, each under its write lock: docs/decisions/0002-sqlite-journal.md.
            raw.sqlite3_wal_autocheckpoint(database, 0);
            raw.sqlite3_busy_timeout(database, (int)Patience.TotalMilliseconds);
            code = raw.sqlite3_exec(database, "BEGIN IMMEDIATE");
        }

        if (code == raw.SQLITE_OK)
        {
            return new(database);
        }

        database?.Dispose();
        throw new CliException(ErrorCodes.StoreNotLocked, $"the write lock of '{file}' could not be had: {raw.sqlite3_errstr(code).utf8_to_string()}");
    }

    public void Dispose()
    {
        raw.sqlite3_exec(_database, "ROLLBACK");
        _database.Dispose();
    }
}
