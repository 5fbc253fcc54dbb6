using System.Collections.Concurrent;
using System.Diagnostics;
using Everturn.Storage.Sqlite.Database;
using SQLitePCL;

namespace Everturn.Storage.Sqlite.Reading;

// A few readers, opened as they are needed. Readers wait neither for the writer nor for each other.
internal sealed class ReaderPool(SqliteStoreOptions options) : IAsyncDisposable
{
    private const int Most = 4;

    private readonly SemaphoreSlim _free = new(Most, Most);
    private readonly ConcurrentStack<Reader> _idle = new();
    private volatile bool _closed;

    public delegate bool Attempt<TArgument, TResult>(Reader reader, TArgument argument, out TResult result);

    public async ValueTask<TResult> ReadAsync<TArgument, TResult>(
        Attempt<TArgument, TResult> attempt, TArgument argument, string operation, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closed, typeof(SqliteStore));
        await _free.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(SqliteStore));
            if (!_idle.TryPop(out var reader)) reader = new Reader(options);
            try
            {
                var start = Stopwatch.GetTimestamp();
                while (true)
                {
                    if (attempt(reader, argument, out var result))
                    {
                        _idle.Push(reader);
                        return result;
                    }

                    if (Stopwatch.GetElapsedTime(start) > options.LockTimeout)
                    {
                        throw SqliteErrors.Create(raw.SQLITE_BUSY, options.File, operation);
                    }

                    await Task.Delay(1, cancellationToken);
                }
            }
            catch
            {
                // After an error a fresh connection is the better start.
                reader.Dispose();
                throw;
            }
        }
        finally
        {
            _free.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _closed = true;
        // With all the places taken, no read is under way.
        for (var i = 0; i < Most; i++) await _free.WaitAsync();
        while (_idle.TryPop(out var reader)) reader.Dispose();
        _free.Release(Most);
    }
}
