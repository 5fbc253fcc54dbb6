using Everturn.Storage.Sqlite.Database;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Everturn.Storage.Sqlite.Writing;

// Copies the log into the file, and only while this process holds the write lock. SQLite before 3.51.3 can lose commits
// when a commit restarts the log while a checkpoint begins; with the write lock held nobody can commit, so the two never
// meet. docs/decisions/0002-sqlite-journal.md has the whole argument.
internal sealed class Checkpointer : ICheckpointer
{
    private const int Passive = 0;
    private const int LargeLog = 16_384;

    private readonly Connection _writer;
    private readonly WriteLock _lock;
    private readonly Connection _connection;
    private readonly int _every;
    private readonly ILogger _logger;
    private int _pages;
    private bool _warned;

    // The checkpoint runs on a connection of its own: SQLite refuses it inside a transaction.
    public Checkpointer(Connection writer, WriteLock writeLock, Connection connection, int every, ILogger logger)
    {
        _writer = writer;
        _lock = writeLock;
        _connection = connection;
        _every = every;
        _logger = logger;
    }

    public void AfterCommit()
    {
        _pages += _writer.TakePagesWritten();
        // When somebody else is writing it is tried again after the next commit.
        if (_pages < _every || !_lock.TryTake("Checkpointing")) return;
        try
        {
            Run();
        }
        finally
        {
            _writer.RollBack();
        }
    }

    public void Dispose() => _connection.Dispose();

    private void Run()
    {
        var code = raw.sqlite3_wal_checkpoint_v2(_connection.Handle, "main", Passive, out var pages, out var copied);
        if (code != raw.SQLITE_OK && !ResultCode.IsBusy(code))
        {
            // Nothing is lost: the pages stay in the log, and the next checkpoint takes them along.
            StoreLog.CheckpointFailed(_logger, _connection.File, _connection.Error(code, "Checkpointing"));
            _pages = 0;
            return;
        }

        // A log that readers keep from starting over is asked for more often, until it does.
        _pages = pages > 4 * _every ? _every - (_every / 8) : 0;
        var isLarge = pages > LargeLog;
        if (isLarge && !_warned) StoreLog.LogIsLarge(_logger, _connection.File, pages, copied);
        _warned = isLarge;
    }
}
