using System.Diagnostics;
using Everturn.Storage.Sqlite.Database;
using SQLitePCL;

namespace Everturn.Storage.Sqlite.Writing;

// The one write lock of the file, among processes. SQLite has no queue for it: whoever asks at the right moment gets it,
// and a process that commits one group after another would shut the others out for seconds. So everyone asks often,
// and who has just written lets a moment pass when others are about.
internal sealed class WriteLock
{
    private static readonly TimeSpan OthersAreAbout = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestStretch = TimeSpan.FromMilliseconds(20);

    private readonly Connection _connection;
    private readonly TimeSpan _timeout;
    private readonly Statement _dataVersion;
    private long _lastDataVersion;
    private long _othersSeen;
    private long _stretchBegan;

    public WriteLock(Connection connection, TimeSpan timeout)
    {
        _connection = connection;
        _timeout = timeout;
        _dataVersion = connection.Prepare("PRAGMA data_version");
        _lastDataVersion = ReadDataVersion();
        _othersSeen = -1;
    }

    public void Take(string operation)
    {
        var start = Stopwatch.GetTimestamp();
        while (!TryTake(operation))
        {
            _othersSeen = Stopwatch.GetTimestamp();
            if (Stopwatch.GetElapsedTime(start) > _timeout) throw _connection.Error(raw.SQLITE_BUSY, operation);
            Thread.Sleep(1);
        }

        var version = ReadDataVersion();
        if (version != _lastDataVersion) _othersSeen = Stopwatch.GetTimestamp();
        _lastDataVersion = version;
    }

    public bool TryTake(string operation) => _connection.TryExecute("BEGIN IMMEDIATE", operation);

    // The writer was idle: others had their chance.
    public void Rested() => _stretchBegan = Stopwatch.GetTimestamp();

    // Call between two groups when the next one is waiting already.
    public void LetOthersIn()
    {
        var othersAreAbout = _othersSeen != -1 && Stopwatch.GetElapsedTime(_othersSeen) < OthersAreAbout;
        if (!othersAreAbout && Stopwatch.GetElapsedTime(_stretchBegan) < LongestStretch) return;
        Thread.Sleep(1);
        Rested();
    }

    // Changes when another connection has committed.
    private long ReadDataVersion()
    {
        var code = _dataVersion.Step();
        var version = code == raw.SQLITE_ROW ? _dataVersion.Number(0) : _lastDataVersion;
        _dataVersion.Reset();
        return version;
    }
}
