using Everturn.Storage.Sqlite.Database;
using Everturn.Storage.Sqlite.Writing;
using Microsoft.Extensions.Logging.Abstractions;
using SQLitePCL;

namespace Everturn.Storage.Sqlite.Tests.WalReset;

// The bug's own interleaving, step by step in one process.
public sealed class WalResetTests : IDisposable
{
    private const int Passive = 0;
    private readonly TemporaryDirectory _directory = new();
    private readonly SqliteStoreOptions _options;
    private readonly Connection _writer;
    private int _rows;

    public WalResetTests()
    {
        _options = new SqliteStoreOptions { File = _directory.File("store.db") };
        _writer = Connection.Open(_options);
        Schema.Prepare(_writer);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _directory.Dispose();
    }

    // The negative control: if this fails, the SQLite at hand no longer has the bug (or the window is elsewhere), and the
    // tests beside it prove nothing.
    [Fact]
    public void Checkpoint_beside_a_commit_loses_committed_rows_when_unguarded()
    {
        using var checkpointer = Connection.Open(_options);
        Prepare(checkpointer);
        var committed = false;
        CheckpointWindow.Open(checkpointer, () => committed = committed || Insert());
        Checkpoint(checkpointer);
        Assert.True(committed, "The checkpoint did not stop in its window.");
        var found = WhatIsFoundAfterMoreCommits();
        Assert.NotEqual($"ok, {_rows} rows", found);
    }

    [Fact]
    public void Checkpoint_of_the_store_admits_no_commit_in_its_window()
    {
        using var other = Connection.Open(_options);
        var connection = Connection.Open(_options);
        var writeLock = new WriteLock(_writer, TimeSpan.FromSeconds(1));
        using var checkpointer = new Checkpointer(_writer, writeLock, connection, 1, NullLogger.Instance);
        Prepare(connection);
        var (entered, committed) = (0, false);
        CheckpointWindow.Open(connection, () =>
        {
            entered++;
            if (!other.TryExecute("BEGIN IMMEDIATE", "test")) return;
            other.TryExecute("COMMIT", "test");
            committed = true;
        });
        for (var i = 0; i < 20; i++)
        {
            Assert.True(Insert());
            checkpointer.AfterCommit();
        }

        Assert.True(entered > 0, "The checkpoint did not stop in its window.");
        Assert.False(committed, "Another connection could write during a checkpoint.");
        var found = WhatIsFoundAfterMoreCommits();
        Assert.Equal($"ok, {_rows} rows", found);
    }

    // A long log, entirely copied, whose header this connection has seen only in an earlier state.
    private void Prepare(Connection checkpointer)
    {
        checkpointer.ReadNumber("SELECT count(*) FROM documents", "test");
        for (var i = 0; i < 40; i++) Assert.True(Insert());
        using var first = Connection.Open(_options);
        Checkpoint(first);
    }

    private static void Checkpoint(Connection connection) =>
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_wal_checkpoint_v2(connection.Handle, "main", Passive, out _, out _));

    private bool Insert()
    {
        var sql = $"INSERT INTO documents VALUES('row-{_rows + 1:0000}', zeroblob(3000), 'etag', NULL)";
        if (!_writer.TryExecute(sql, "test")) return false;
        _rows++;
        return true;
    }

    // Goes on as nodes would: commits, checkpoints, and a look with fresh eyes.
    private string WhatIsFoundAfterMoreCommits()
    {
        try
        {
            for (var i = 0; i < 60; i++)
            {
                Assert.True(Insert());
                using var connection = Connection.Open(_options);
                Checkpoint(connection);
            }

            using var reader = Connection.Open(_options);
            var integrity = reader.ReadText("PRAGMA integrity_check", "test");
            return $"{integrity}, {reader.ReadNumber("SELECT count(*) FROM documents", "test")} rows";
        }
        catch (SqliteStoreException error)
        {
            // Pages that are nowhere: a short read, or a damaged file.
            return error.Message;
        }
    }
}
