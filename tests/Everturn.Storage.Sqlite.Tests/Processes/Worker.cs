using System.Globalization;
using System.Text;
using Everturn.Storage.Sqlite.Database;
using Everturn.Storage.Sqlite.Tests.WalReset;
using Everturn.Storage.Sqlite.Writing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Everturn.Storage.Sqlite.Tests.Processes;

// One node process of the multi-process tests: writes through the store with all its might, and logs each write once the
// store has acknowledged it. It stops when its standard input ends, and may be killed at any moment.
//
// Log lines: "+ key etag" (created), "= key n etag" (shared document brought to n), "- key" (own document deleted).
internal sealed class Worker : IDisposable
{
    public const string Verb = "--worker";
    public const int SharedDocuments = 10;
    private const int Loops = 3;

    private readonly string _name;
    private readonly SqliteStore _store;
    private readonly FileStream _log;
    private readonly Random _random;
    private readonly int _patience;
    private Connection? _intruder;
    private int _windows;
    private int _commitsInWindow;
    private volatile bool _stopped;

    private Worker(string file, string log, string name, bool guarded, int patience)
    {
        _name = name;
        _patience = patience;
        _random = new Random(name.GetHashCode(StringComparison.Ordinal));
        _log = new FileStream(log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var options = new SqliteStoreOptions { File = file, CheckpointPages = 4, LockTimeout = TimeSpan.FromSeconds(20) };
        _store = new SqliteStore(options, null, (writer, writeLock, own) => guarded
            ? new Checkpointer(writer, writeLock, OpenWithWindow(own, intrude: true), own.CheckpointPages, NullLogger.Instance)
            : new UnguardedCheckpointer(OpenWithWindow(own, intrude: false)));
    }

    // Arguments: database, log, name, guarded|unguarded, milliseconds of patience in the window. Exit code 0; the last line on
    // standard output says how often a checkpoint stood in its window, and how often somebody could have committed then.
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [var file, var log, var name, var mode, var patience]) return 2;
        using var worker = new Worker(file, log, name, mode == "guarded", int.Parse(patience, CultureInfo.InvariantCulture));
        var loops = Enumerable.Range(0, Loops).Select(i => Task.Run(() => worker.WriteAsync(i))).ToArray();
        Console.WriteLine("started");
        await Task.WhenAny(Console.In.ReadToEndAsync(), Task.WhenAll(loops));
        worker._stopped = true;
        await Task.WhenAll(loops);
        await worker._store.DisposeAsync();
        Console.WriteLine($"windows {worker._windows} commits {worker._commitsInWindow}");
        return 0;
    }

    public void Dispose()
    {
        _store.Dispose();
        _intruder?.Dispose();
        _log.Dispose();
    }

    // A checkpoint in its window waits there for a commit, when the log is copied already (that is the dangerous moment),
    // and asks whether anybody at all could commit now.
    private Connection OpenWithWindow(SqliteStoreOptions options, bool intrude)
    {
        var connection = Connection.Open(options);
        connection.ReadNumber("SELECT count(*) FROM documents", "opening");
        if (intrude) _intruder = Connection.Open(options);
        var index = new LogIndex(options.File);
        CheckpointWindow.Open(connection, () =>
        {
            _windows++;
            var pages = index.Pages;
            for (var i = 0; i < _patience && index.IsCopied && index.Pages == pages; i++) Thread.Sleep(1);
            if (_intruder?.TryExecute("BEGIN IMMEDIATE", "intruding") == true)
            {
                _commitsInWindow++;
                _intruder.RollBack();
            }
        });
        return connection;
    }

    private async Task WriteAsync(int loop)
    {
        var own = new Queue<(string Key, ETag ETag)>();
        for (var i = 0; !_stopped; i++)
        {
            await CountAsync($"bot/test/shared/{Next(SharedDocuments)}");
            own.Enqueue(await CreateAsync($"bot/test/own/{_name}-{loop}-{i:00000}"));
            if (own.Count > 20) await DeleteAsync(own.Dequeue());
            // Gaps, in which a checkpoint can come to its end.
            await Task.Delay(Next(10));
        }
    }

    private async Task CountAsync(string key)
    {
        while (!_stopped)
        {
            var current = await _store.LoadAsync(key, CancellationToken.None);
            var n = (current is null ? 0 : Documents.Number(current.Content.Span)) + 1;
            var saved = await _store.SaveAsync(key, Documents.Create(n, Next(4000)), current?.ETag, null);
            if (!saved.IsSaved) continue;
            Log(string.Create(CultureInfo.InvariantCulture, $"= {key} {n} {saved.ETag}"));
            return;
        }
    }

    private async Task<(string Key, ETag ETag)> CreateAsync(string key)
    {
        var saved = await _store.SaveAsync(key, Documents.Create(1, Next(3000)), null, DateTimeOffset.UnixEpoch);
        Assert.True(saved.IsSaved, $"'{key}' was there before it was created.");
        Log($"+ {key} {saved.ETag}");
        return (key, saved.ETag!.Value);
    }

    private async Task DeleteAsync((string Key, ETag ETag) document)
    {
        Assert.True(await _store.DeleteAsync(document.Key, document.ETag), $"'{document.Key}' had changed or gone.");
        Log($"- {document.Key}");
    }

    // One write to the system a line: what a killed process has written stays.
    private void Log(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        lock (_log) _log.Write(bytes);
    }

    private int Next(int below)
    {
        lock (_random) return _random.Next(below);
    }
}
