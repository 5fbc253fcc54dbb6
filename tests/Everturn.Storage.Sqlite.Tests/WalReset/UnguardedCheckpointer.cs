using Everturn.Storage.Sqlite.Database;
using Everturn.Storage.Sqlite.Writing;
using SQLitePCL;

namespace Everturn.Storage.Sqlite.Tests.WalReset;

// What programs commonly do: checkpoint whenever it suits, beside whatever is being committed. The negative control.
internal sealed class UnguardedCheckpointer : ICheckpointer
{
    private readonly Connection _connection;
    private readonly Thread _thread;
    private volatile bool _stopped;

    public UnguardedCheckpointer(Connection connection)
    {
        _connection = connection;
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    public void AfterCommit()
    {
    }

    public void Dispose()
    {
        _stopped = true;
        _thread.Join();
        _connection.Dispose();
    }

    private void Run()
    {
        while (!_stopped)
        {
            raw.sqlite3_wal_checkpoint_v2(_connection.Handle, "main", 0, out _, out _);
            Thread.Sleep(1);
        }
    }
}
