using System.Diagnostics;
using SQLitePCL;

namespace Everturn.Cli.Verify.Stores;

/// <summary>Holds the write lock of a SQLite file, as a foreign program does that writes for long. Writes nothing.</summary>
internal sealed class StoreLock : IAsyncDisposable
{
    private readonly sqlite3 _database;

    private StoreLock(sqlite3 database) => _database = database;

    /// <summary>Waits for the lock and holds it until the result is disposed of.</summary>
    /// <param name="file">The file.</param>
    /// <param name="patience">How long to wait for others.</param>
    /// <exception cref="CliException">It could not be had.</exception>
    public static StoreLock Take(string file, TimeSpan patience)
    {
        Batteries_V2.Init();
        var code = raw.sqlite3_open_v2(file, out var database, raw.SQLITE_OPEN_READWRITE, null);
        if (code == raw.SQLITE_OK)
        {
            // Nodes alone checkpoint, each under its write lock: docs/decisions/0002-sqlite-journal.md.
            raw.sqlite3_wal_autocheckpoint(database, 0);
            raw.sqlite3_busy_timeout(database, (int)patience.TotalMilliseconds);
            code = raw.sqlite3_exec(database, "BEGIN IMMEDIATE");
        }

        if (code == raw.SQLITE_OK)
        {
            return new(database);
        }

        database?.Dispose();
        throw NotHad(file, code);
    }

    /// <summary>Lets go until somebody has written, and takes the lock again before the next write. Spins meanwhile.</summary>
    /// <param name="file">The file.</param>
    /// <param name="patience">How long to wait for somebody, and then for the lock.</param>
    /// <exception cref="CliException">The lock could not be had again.</exception>
    public void LetOneWriteThrough(string file, TimeSpan patience)
    {
        raw.sqlite3_prepare_v2(_database, "PRAGMA data_version", out var statement);
        using (statement)
        {
            var before = Version(statement);
            raw.sqlite3_exec(_database, "ROLLBACK");
            for (var clock = Stopwatch.StartNew(); clock.Elapsed < patience && Version(statement) == before;)
            {
                Thread.Yield();
            }
        }

        raw.sqlite3_busy_timeout(_database, 0);
        var code = raw.SQLITE_BUSY;
        for (var clock = Stopwatch.StartNew(); code == raw.SQLITE_BUSY && clock.Elapsed < patience;)
        {
            code = raw.sqlite3_exec(_database, "BEGIN IMMEDIATE");
        }

        if (code != raw.SQLITE_OK)
        {
            throw NotHad(file, code);
        }
    }

    public ValueTask DisposeAsync()
    {
        raw.sqlite3_exec(_database, "ROLLBACK");
        _database.Dispose();
        return default;
    }

    // Changes when another connection has committed.
    private static long Version(sqlite3_stmt statement)
    {
        raw.sqlite3_step(statement);
        var version = raw.sqlite3_column_int64(statement, 0);
        raw.sqlite3_reset(statement);
        return version;
    }

    private static CliException NotHad(string file, int code) =>
        new(ErrorCodes.StoreNotLocked, $"the write lock of '{file}' could not be had: {raw.sqlite3_errstr(code).utf8_to_string()}");
}
