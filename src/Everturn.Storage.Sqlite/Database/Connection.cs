using System.Diagnostics;
using SQLitePCL;

namespace Everturn.Storage.Sqlite.Database;

// One connection, used by one thread at a time. It never waits inside SQLite: busy is an answer, and the caller decides
// how to wait. No connection of ours ever checkpoints by itself; see Checkpointer.
internal sealed class Connection : IDisposable
{
    // SQLITE_DBSTATUS_CACHE_WRITE: pages written since the last question.
    private const int PagesWrittenStatus = 9;

    private readonly List<Statement> _statements = [];
    private readonly SqliteStoreOptions _options;

    static Connection() => Batteries_V2.Init();

    private Connection(sqlite3 handle, SqliteStoreOptions options)
    {
        Handle = handle;
        _options = options;
    }

    public sqlite3 Handle { get; }

    public string File => _options.File;

    public static Connection Open(SqliteStoreOptions options)
    {
        const int Flags = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX;
        var code = raw.sqlite3_open_v2(options.File, out var handle, Flags, null);
        if (code != raw.SQLITE_OK)
        {
            handle?.Dispose();
            throw SqliteErrors.Create(code, options.File, "Opening the store");
        }

        var connection = new Connection(handle, options);
        try
        {
            connection.SetUp();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // Runs statements without results or parameters. Busy is returned, every other failure thrown.
    public bool TryExecute(string sql, string operation)
    {
        var code = raw.sqlite3_exec(Handle, sql);
        if (ResultCode.IsBusy(code)) return false;
        if (code is not raw.SQLITE_OK) throw Error(code, operation);
        return true;
    }

    // The same, asking again until the lock timeout. For opening alone: it keeps the thread.
    public void Execute(string sql, string operation) => Wait(() => TryExecute(sql, operation), operation);

    public long ReadNumber(string sql, string operation) => Read(sql, operation, static row => raw.sqlite3_column_int64(row, 0));

    public string ReadText(string sql, string operation) => Read(sql, operation, static row => raw.sqlite3_column_text(row, 0).utf8_to_string());

    public Statement Prepare(string sql)
    {
        Statement? statement = null;
        Wait(() => Statement.TryPrepare(this, sql, out statement), "Preparing a statement");
        _statements.Add(statement!);
        return statement!;
    }

    public int TakePagesWritten()
    {
        raw.sqlite3_db_status(Handle, PagesWrittenStatus, out var pages, out _, 1);
        return pages;
    }

    // Ends whatever transaction is open. Some errors have ended it already.
    public void RollBack()
    {
        if (raw.sqlite3_get_autocommit(Handle) == 0) raw.sqlite3_exec(Handle, "ROLLBACK");
    }

    public SqliteStoreException Error(int code, string operation) =>
        SqliteErrors.Create(code, File, operation, raw.sqlite3_errmsg(Handle).utf8_to_string());

    public void Dispose()
    {
        foreach (var statement in _statements) statement.Dispose();
        Handle.Dispose();
    }

    private void SetUp()
    {
        raw.sqlite3_extended_result_codes(Handle, 1);
        // First of all, before this connection can commit anything: no automatic checkpoint.
        raw.sqlite3_wal_autocheckpoint(Handle, 0);
        raw.sqlite3_busy_timeout(Handle, 0);
        if (raw.sqlite3_db_readonly(Handle, "main") == 1) throw SqliteErrors.Create(raw.SQLITE_READONLY, File, "Opening the store");
        // fullfsync matters on macOS alone, where a plain flush leaves the bytes in the drive's own memory.
        var flush = _options.Durability == SqliteDurability.PowerLoss
            ? "PRAGMA synchronous=FULL; PRAGMA fullfsync=1; PRAGMA checkpoint_fullfsync=1;"
            : "PRAGMA synchronous=NORMAL;";
        // The log gives space back after a rush; sorting a listing needs no file.
        Execute(flush + "PRAGMA journal_size_limit=16777216; PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF;", "Opening the store");
    }

    private T Read<T>(string sql, string operation, Func<sqlite3_stmt, T> read)
    {
        var result = default(T);
        Wait(
            () =>
            {
                var code = raw.sqlite3_prepare_v2(Handle, sql, out var row);
                using (row)
                {
                    if (code == raw.SQLITE_OK) code = raw.sqlite3_step(row);
                    if (ResultCode.IsBusy(code)) return false;
                    if (code != raw.SQLITE_ROW) throw Error(code, operation);
                    result = read(row);
                    return true;
                }
            },
            operation);
        return result!;
    }

    private void Wait(Func<bool> attempt, string operation)
    {
        var start = Stopwatch.GetTimestamp();
        while (!attempt())
        {
            if (Stopwatch.GetElapsedTime(start) > _options.LockTimeout) throw Error(raw.SQLITE_BUSY, operation);
            Thread.Sleep(1);
        }
    }
}
