using Everturn.Cli.Verify.Stores;
using SQLitePCL;

namespace Everturn.Cli.Tests.Verify.Stores;

public sealed class StoreLockTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TemporaryDirectory _folder = new();
    private readonly string _file;
    private readonly sqlite3 _writer;

    public StoreLockTests()
    {
        Batteries_V2.Init();
        _file = Path.Combine(_folder.Path, "store.db");
        raw.sqlite3_open(_file, out _writer);
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(_writer, "PRAGMA journal_mode = WAL; CREATE TABLE t (x)"));
    }

    [Fact]
    public async Task Lock_keeps_others_from_writing_until_it_is_given_back()
    {
        await using (StoreLock.Take(_file, Patience))
        {
            Assert.Equal(raw.SQLITE_BUSY, Write());
        }

        Assert.Equal(raw.SQLITE_OK, Write());
    }

    [Fact]
    public async Task Lock_that_is_taken_already_is_given_up()
    {
        await using var held = StoreLock.Take(_file, Patience);

        Assert.StartsWith("ET6020: ", Assert.Throws<CliException>(() => StoreLock.Take(_file, TimeSpan.FromMilliseconds(50))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_write_is_let_through_and_the_next_is_not()
    {
        await using var held = StoreLock.Take(_file, Patience);
        raw.sqlite3_busy_timeout(_writer, (int)Patience.TotalMilliseconds);
        var waiting = Task.Run(Write, TestContext.Current.CancellationToken);

        held.LetOneWriteThrough(_file, Patience);

        Assert.Equal(raw.SQLITE_OK, await waiting);
        raw.sqlite3_busy_timeout(_writer, 0);
        Assert.Equal(raw.SQLITE_BUSY, Write());
    }

    public void Dispose()
    {
        _writer.Dispose();
        _folder.Dispose();
    }

    private int Write() => raw.sqlite3_exec(_writer, "INSERT INTO t VALUES (1)");
}
