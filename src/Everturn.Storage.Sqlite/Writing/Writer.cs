using Everturn.Storage.Sqlite.Database;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Everturn.Storage.Sqlite.Writing;

// The process's one writer: a thread that commits what has gathered while the last commit was under way, in one
// transaction, and then answers each write for itself.
internal sealed class Writer
{
    private const int LargestGroup = 512;
    private const int LargestGroupBytes = 8 << 20;

    private readonly Connection _connection;
    private readonly WriteLock _lock;
    private readonly WriteStatements _statements;
    private readonly ICheckpointer _checkpointer;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    // Also what the writer's thread sleeps on.
    private readonly Queue<IPendingWrite> _waiting = new();
    private bool _closing;

    public Writer(Connection connection, TimeSpan lockTimeout, Func<Connection, WriteLock, ICheckpointer> checkpointer, ILogger logger)
    {
        _connection = connection;
        _lock = new(connection, lockTimeout);
        _statements = new(connection);
        _checkpointer = checkpointer(connection, _lock);
        _logger = logger;
    }

    // For tests of what the connection answers when it is in trouble.
    internal Connection Connection => _connection;

    // A thread of its own, because it waits for the disk and for other processes.
    public void Start() => new Thread(Run) { IsBackground = true, Name = "Everturn SQLite writer" }.Start();

    public Task<ETag?> EnqueueAsync(Write write)
    {
        Enqueue(write);
        return write.Done;
    }

    public Task<IReadOnlyList<ETag>?> EnqueueAsync(WriteAll writes)
    {
        Enqueue(writes);
        return writes.Done;
    }

    // Takes no more, commits what is waiting, and lets go of the file.
    public Task CloseAsync()
    {
        lock (_waiting)
        {
            _closing = true;
            Monitor.Pulse(_waiting);
        }

        return _stopped.Task;
    }

    private void Enqueue(IPendingWrite write)
    {
        lock (_waiting)
        {
            ObjectDisposedException.ThrowIf(_closing, typeof(SqliteStore));
            _waiting.Enqueue(write);
            Monitor.Pulse(_waiting);
        }
    }

    private void Run()
    {
        var group = new List<IPendingWrite>();
        while (Gather(group))
        {
            try
            {
                Commit(group);
                foreach (var write in group) write.Complete();
            }
            catch (Exception error)
            {
                StoreLog.GroupFailed(_logger, group.Count, _connection.File, error);
                foreach (var write in group) write.Fail(error);
                continue;
            }

            CheckpointWhenDue();
        }

        _checkpointer.Dispose();
        _connection.Dispose();
        _stopped.SetResult();
    }

    // The next group, waiting for it if need be; false when closing and nothing is left.
    private bool Gather(List<IPendingWrite> group)
    {
        group.Clear();
        var waited = false;
        lock (_waiting)
        {
            while (_waiting.Count == 0)
            {
                if (_closing) return false;
                waited = true;
                Monitor.Wait(_waiting);
            }
        }

        if (waited) _lock.Rested();
        else _lock.LetOthersIn();
        lock (_waiting)
        {
            for (var bytes = 0; group.Count < LargestGroup && bytes < LargestGroupBytes && _waiting.TryDequeue(out var write);)
            {
                group.Add(write);
                bytes += write.Bytes;
            }
        }

        return true;
    }

    private void Commit(List<IPendingWrite> group)
    {
        var operation = group.Count == 1 ? $"Writing '{group[0].Key}'" : $"Writing '{group[0].Key}' and {group.Count - 1} more";
        _lock.Take(operation);
        try
        {
            foreach (var write in group) write.Run(_statements);
            if (!_connection.TryExecute("COMMIT", operation)) throw _connection.Error(raw.SQLITE_BUSY, operation);
        }
        catch
        {
            _connection.RollBack();
            throw;
        }
    }

    private void CheckpointWhenDue()
    {
        try
        {
            _checkpointer.AfterCommit();
        }
        catch (SqliteStoreException error)
        {
            StoreLog.CheckpointFailed(_logger, _connection.File, error);
        }
    }
}
