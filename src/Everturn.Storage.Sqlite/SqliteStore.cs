using Everturn.Storage.Sqlite.Administration;
using Everturn.Storage.Sqlite.Database;
using Everturn.Storage.Sqlite.Reading;
using Everturn.Storage.Sqlite.Writing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SQLitePCL;

namespace Everturn.Storage.Sqlite;

/// <summary>Documents in one SQLite file, shared by the processes of one machine. What is acknowledged lasts: see docs/stores.md.</summary>
/// <remarks>
/// Writes of one process that arrive while another is being committed share the next transaction. Disposing commits what
/// was accepted. A process should hold one store a file.
/// </remarks>
public sealed class SqliteStore : ITransactionalStore, IStoreAdmin, IAsyncDisposable, IDisposable
{
    // SQLite's own limit is 1,000,000,000 bytes a row.
    private const int LargestContent = 512 << 20;

    private readonly Lazy<Task> _closed;
    private readonly ReaderPool _readers;

    /// <summary>Opens the file, and makes it when it is missing.</summary>
    /// <param name="options">The file and its settings.</param>
    /// <param name="logger">Where troubles are told that no caller sees.</param>
    /// <exception cref="OptionsValidationException">The options are invalid (ET2012).</exception>
    /// <exception cref="SqliteStoreException">The file cannot be used; the message names the cure.</exception>
    public SqliteStore(SqliteStoreOptions options, ILogger<SqliteStore>? logger = null)
        : this(options, logger, checkpointer: null)
    {
    }

    internal SqliteStore(
        SqliteStoreOptions options, ILogger<SqliteStore>? logger, Func<Connection, WriteLock, SqliteStoreOptions, ICheckpointer>? checkpointer)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        logger ??= NullLogger<SqliteStore>.Instance;
        // A copy, because the caller may go on changing his; and a full path, because the working directory may change.
        var fixedOptions = new SqliteStoreOptions
        {
            File = Path.GetFullPath(options.File),
            Durability = options.Durability,
            LockTimeout = options.LockTimeout,
            CheckpointPages = options.CheckpointPages,
        };
        CreateDirectory(fixedOptions.File);
        var connection = Connection.Open(fixedOptions);
        try
        {
            Schema.Prepare(connection);
            checkpointer ??= (writer, writeLock, own) => new Checkpointer(writer, writeLock, Connection.Open(own), own.CheckpointPages, logger);
            Writer = new Writer(connection, fixedOptions.LockTimeout, (writer, writeLock) => checkpointer(writer, writeLock, fixedOptions), logger);
        }
        catch
        {
            connection.Dispose();
            throw;
        }

        _readers = new ReaderPool(fixedOptions);
        _closed = new Lazy<Task>(CloseAsync);
        File = fixedOptions.File;
        Writer.Start();
        StoreLog.Opened(logger, File, raw.sqlite3_libversion().utf8_to_string(), fixedOptions.Durability);
    }

    /// <summary>The full path of the database file.</summary>
    public string File { get; }

    internal Writer Writer { get; }

    /// <inheritdoc />
    public ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken)
    {
        ThrowIfInvalid(key);
        cancellationToken.ThrowIfCancellationRequested();
        return _readers.ReadAsync(
            static (Reader reader, string wanted, out StoredDocument? document) => reader.TryLoad(wanted, out document),
            key,
            "Loading a document",
            cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due)
    {
        ThrowIfInvalid(key);
        ThrowIfTooLarge(key, content);
        return new SaveResult(await Writer.EnqueueAsync(Write.Save(key, content, expected, due)));
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<ETag>?> SaveAllAsync(IReadOnlyList<DocumentWrite> writes)
    {
        DocumentWrite.ThrowIfInvalid(writes);
        foreach (var write in writes) ThrowIfTooLarge(write.Key, write.Content);
        return await Writer.EnqueueAsync(new WriteAll(writes));
    }

    /// <inheritdoc />
    public async ValueTask<bool> DeleteAsync(string key, ETag expected)
    {
        ThrowIfInvalid(key);
        return await Writer.EnqueueAsync(Write.Delete(key, expected)) is not null;
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<string>> ListDueAsync(
        string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken) =>
        ListAsync(scope + "/", after, now.UtcTicks, limit, cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<string>> ListKeysAsync(
        string prefix, string? after, int limit, CancellationToken cancellationToken) =>
        ListAsync(prefix, after, null, limit, cancellationToken);

    /// <inheritdoc />
    /// <remarks>Opening the file has made it already.</remarks>
    public Task InitAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task<StoreCheck> CheckAsync(CancellationToken cancellationToken) =>
        Task.Run(() => Inspection.Check(new() { File = File }), cancellationToken);

    /// <inheritdoc />
    public Task<StoreStats> StatsAsync(CancellationToken cancellationToken) =>
        Task.Run(() => Inspection.Count(new() { File = File }), cancellationToken);

    /// <summary>Accepts no more, commits what was accepted, ends the reads and closes the file.</summary>
    public async ValueTask DisposeAsync() => await _closed.Value;

    /// <summary>As <see cref="DisposeAsync"/>, keeping the thread.</summary>
    public void Dispose() => _closed.Value.GetAwaiter().GetResult();

    private ValueTask<IReadOnlyList<string>> ListAsync(
        string prefix, string? after, long? due, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        cancellationToken.ThrowIfCancellationRequested();
        return _readers.ReadAsync(
            static (Reader reader, (KeyRange Range, long? Due, int Limit) wanted, out IReadOnlyList<string> keys) =>
                reader.TryList(wanted.Range, wanted.Due, wanted.Limit, out keys),
            (KeyRange.Of(prefix, after), due, limit),
            "Listing keys",
            cancellationToken);
    }

    private async Task CloseAsync()
    {
        await Writer.CloseAsync();
        await _readers.DisposeAsync();
    }

    private static void CreateDirectory(string file)
    {
        try
        {
            if (Path.GetDirectoryName(file) is { Length: > 0 } directory) Directory.CreateDirectory(directory);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SqliteStoreException("ET2001", $"Opening the store in '{file}': its directory cannot be made ({error.Message}). "
                + "Name a file in a directory that this process may write to.", innerException: error);
        }
    }

    private static void ThrowIfInvalid(string key)
    {
        if (!StoreKey.IsValid(key)) throw new ArgumentException($"ET1001: '{key}' is not a valid key.", nameof(key));
    }

    private static void ThrowIfTooLarge(string key, ReadOnlyMemory<byte> content)
    {
        if (content.Length > LargestContent)
        {
            throw new ArgumentException($"ET2011: the document '{key}' has {content.Length:N0} bytes; at most {LargestContent:N0} can be stored.", nameof(content));
        }
    }
}
