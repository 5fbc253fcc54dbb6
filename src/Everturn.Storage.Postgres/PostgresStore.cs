using System.Diagnostics;
using System.Security.Cryptography;
using Everturn.Storage.Postgres.Administration;
using Everturn.Storage.Postgres.Connections;
using Everturn.Storage.Postgres.Schema;
using Everturn.Storage.Postgres.Signals;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Everturn.Storage.Postgres;

/// <summary>Documents in one table of a PostgreSQL database, shared by the nodes of many machines. See docs/stores.md for what lasts.</summary>
/// <remarks>
/// The first operation connects and makes or checks the tables, or <see cref="OpenAsync"/> does so before. A save is never
/// cancelled and has no time limit: who stops waiting leaves it to its connection.
/// </remarks>
public sealed class PostgresStore : ITransactionalStore, IStoreSignals, IStoreAdmin, IAsyncDisposable
{
    // Above this the server's messages come near their limit of 1 GiB: a bytea may be sent as text twice as long by tools.
    private const int LargestContent = 256 << 20;

    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(500);

    private readonly PostgresStoreOptions _options;
    private readonly ILogger _logger;
    private readonly Primary _primary;
    private readonly Tables _tables;
    private readonly Statements _sql;
    private readonly Operations _operations;
    private readonly StoreSignals _signals;
    private readonly Inspection _inspection;
    private readonly Lock _lock = new();
    private Task? _opening;
    private volatile bool _isOpen;
    private int _isDisposed;

    /// <summary>Checks the settings. Nothing is sent to the server yet.</summary>
    /// <param name="options">The server and settings.</param>
    /// <param name="logger">Where troubles are told that no caller sees.</param>
    /// <exception cref="OptionsValidationException">The connection string (ET2101) or another option (ET2112) is invalid.</exception>
    public PostgresStore(PostgresStoreOptions options, ILogger<PostgresStore>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        _options = new PostgresStoreOptions
        {
            ConnectionString = options.ConnectionString,
            Schema = options.Schema,
            ManageSchema = options.ManageSchema,
            ReadTimeout = options.ReadTimeout,
            StartTimeout = options.StartTimeout,
        };
        _logger = logger ?? NullLogger<PostgresStore>.Instance;
        _primary = new Primary(_options, _logger);
        _tables = new Tables(_options.Schema, _primary.Hosts, _logger);
        _sql = new Statements(_options.Schema);
        _operations = new Operations(_primary, () => _isOpen = false, _logger);
        _inspection = new Inspection(_operations, _tables, _options.Schema);
        _signals = new StoreSignals(_primary, _options.Schema, _logger);
    }

    /// <summary>The hosts of the connection string.</summary>
    public string Server => _primary.Hosts;

    /// <summary>Connects, makes or checks the tables, and goes on trying for <see cref="PostgresStoreOptions.StartTimeout"/> while the server cannot be reached.</summary>
    /// <exception cref="PostgresStoreException">The server or its tables cannot be used; the message names the cure.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        var told = false;
        while (true)
        {
            try
            {
                await EnsureOpenAsync(cancellationToken);
                return;
            }
            catch (PostgresStoreException error) when (error.Code is "ET2102" or "ET2106" or "ET2114")
            {
                var left = _options.StartTimeout - Stopwatch.GetElapsedTime(begun);
                if (left <= TimeSpan.Zero) throw;
                if (!told) StoreLog.Waiting(_logger, left, error.Message);
                told = true;
                await Task.Delay(left < BetweenAttempts ? left : BetweenAttempts, cancellationToken);
            }
        }
    }

    /// <summary>Makes or migrates the tables, whatever <see cref="PostgresStoreOptions.ManageSchema"/> says. Repeating it does nothing.</summary>
    /// <remarks>The user needs the right to create the schema, or tables in it when it is there already.</remarks>
    /// <exception cref="PostgresStoreException">It could not be done; nothing is left by halves.</exception>
    public async Task InitAsync(CancellationToken cancellationToken)
    {
        const string Operation = "Making the tables";
        await _operations.RunAsync(server => server.Writes, Operation, async connection =>
        {
            await _tables.MakeAsync(connection, cancellationToken);
            return true;
        }, cancellationToken);
    }

    /// <inheritdoc />
    /// <exception cref="PostgresStoreException">The server cannot be used.</exception>
    public Task<StoreCheck> CheckAsync(CancellationToken cancellationToken) => _inspection.CheckAsync(cancellationToken);

    /// <inheritdoc />
    /// <exception cref="PostgresStoreException">The server cannot be used, or the tables are missing.</exception>
    public Task<StoreStats> StatsAsync(CancellationToken cancellationToken) => _inspection.CountAsync(cancellationToken);

    /// <inheritdoc />
    public async ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken)
    {
        ThrowIfInvalid(key);
        cancellationToken.ThrowIfCancellationRequested();
        await EnsureOpenAsync(cancellationToken);
        return await _operations.RunAsync(server => server.Reads, $"Loading '{key}'", async connection =>
        {
            await using var command = Statements.Command(_sql.Load, connection, key);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            return await reader.ReadAsync(cancellationToken)
                ? new StoredDocument(reader.GetFieldValue<byte[]>(0), Statements.ToETag(reader.GetGuid(1)))
                : null;
        }, cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due)
    {
        ThrowIfInvalid(key);
        ThrowIfTooLarge(key, content);
        await EnsureOpenAsync(CancellationToken.None);
        if (!Statements.TryParse(expected, out var version)) return SaveResult.PreconditionFailed;
        var etag = NewETag();
        var written = await _operations.WriteAsync($"Saving '{key}'", async connection =>
        {
            await using var command = _sql.Save(connection, new(key, content, expected, due), version, etag);
            return await command.ExecuteNonQueryAsync() == 1;
        });
        if (!written) return SaveResult.PreconditionFailed;
        AnnounceIfDue(key, due);
        return new SaveResult(Statements.ToETag(etag));
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<ETag>?> SaveAllAsync(IReadOnlyList<DocumentWrite> writes)
    {
        DocumentWrite.ThrowIfInvalid(writes);
        foreach (var write in writes) ThrowIfTooLarge(write.Key, write.Content);
        await EnsureOpenAsync(CancellationToken.None);
        var etags = writes.Select(_ => NewETag()).ToArray();
        var versions = new Guid?[writes.Count];
        for (var i = 0; i < versions.Length; i++)
        {
            if (!Statements.TryParse(writes[i].Expected, out versions[i])) return null;
        }

        // All nodes take the rows in one order, so that no two wait for each other.
        var order = Enumerable.Range(0, writes.Count).OrderBy(i => writes[i].Key, StringComparer.Ordinal).ToArray();
        var written = await _operations.WriteAsync($"Saving '{writes[0].Key}' and {writes.Count - 1} more", async connection =>
        {
            await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
            batch.BatchCommands.Add(new("BEGIN"));
            var saves = Array.ConvertAll(order, i => _sql.Save(writes[i], versions[i], etags[i]));
            foreach (var save in saves) batch.BatchCommands.Add(save);
            await batch.ExecuteNonQueryAsync();
            var held = Array.TrueForAll(saves, save => save.RecordsAffected == 1);
            // As a command, because that takes a time limit: none.
            await using var end = new NpgsqlCommand(held ? "COMMIT" : "ROLLBACK", connection) { CommandTimeout = 0 };
            await end.ExecuteNonQueryAsync();
            return held;
        });
        if (!written) return null;
        foreach (var write in writes) AnnounceIfDue(write.Key, write.Due);
        return [.. etags.Select(Statements.ToETag)];
    }

    /// <inheritdoc />
    public async ValueTask<bool> DeleteAsync(string key, ETag expected)
    {
        ThrowIfInvalid(key);
        await EnsureOpenAsync(CancellationToken.None);
        if (!Statements.TryParse(expected, out var version)) return false;
        return await _operations.WriteAsync($"Deleting '{key}'", async connection =>
        {
            await using var command = Statements.Command(_sql.Delete, connection, key, version!.Value);
            command.CommandTimeout = 0;
            return await command.ExecuteNonQueryAsync() == 1;
        });
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<string>> ListDueAsync(
        string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken) =>
        ListAsync("Listing what is due", scope + "/", after, now.UtcTicks, limit, cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<string>> ListKeysAsync(string prefix, string? after, int limit, CancellationToken cancellationToken) =>
        ListAsync("Listing keys", prefix, after, null, limit, cancellationToken);

    /// <inheritdoc />
    public void Announce(string key) => _signals.Announce(key);

    /// <inheritdoc />
    public IAsyncEnumerable<string> ListenAsync(CancellationToken cancellationToken) => _signals.ListenAsync(cancellationToken);

    /// <summary>Ends the connections when what is under way on them has ended; saves in flight are not cut short.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1) return;
        await _signals.DisposeAsync();
        await _primary.DisposeAsync();
    }

    private async ValueTask<IReadOnlyList<string>> ListAsync(
        string operation, string prefix, string? after, long? due, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        cancellationToken.ThrowIfCancellationRequested();
        await EnsureOpenAsync(cancellationToken);
        return await _operations.RunAsync(server => server.Reads, operation, async connection =>
        {
            await using var command = _sql.List(connection, prefix, after, due, limit);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var keys = new List<string>();
            while (await reader.ReadAsync(cancellationToken)) keys.Add(reader.GetString(0));
            return keys;
        }, cancellationToken);
    }

    // One attempt at a time, which all share who need it: while a server does not answer they fail together.
    private ValueTask EnsureOpenAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed == 1, this);
        if (_isOpen) return ValueTask.CompletedTask;
        Task attempt;
        lock (_lock)
        {
            if (_opening is null or { IsCompleted: true }) _opening = OpenOnceAsync();
            attempt = _opening;
        }

        return new(attempt.WaitAsync(cancellationToken));
    }

    private Task<bool> OpenOnceAsync() => _operations.RunAsync(server => server.Writes, "Opening the store", async connection =>
    {
        if (!await _tables.CheckAsync(connection, CancellationToken.None))
        {
            if (!_options.ManageSchema) throw _tables.Missing();
            await _tables.MakeAsync(connection, CancellationToken.None);
        }

        StoreLog.Opened(_logger, _options.Schema, $"{connection.Host}:{connection.Port}", connection.PostgreSqlVersion.ToString());
        _isOpen = true;
        return true;
    }, CancellationToken.None);

    // What is owed already and has nobody who tends it need not wait for the others' next look.
    private void AnnounceIfDue(string key, DateTimeOffset? due)
    {
        if (due <= TimeProvider.System.GetUtcNow()) Announce(key);
    }

    private static Guid NewETag() => new(RandomNumberGenerator.GetBytes(16));

    private static void ThrowIfInvalid(string key)
    {
        if (!StoreKey.IsValid(key)) throw new ArgumentException($"ET1001: '{key}' is not a valid key.", nameof(key));
    }

    private static void ThrowIfTooLarge(string key, ReadOnlyMemory<byte> content)
    {
        if (content.Length > LargestContent)
        {
            throw new ArgumentException($"ET2108: the document '{key}' has {content.Length:N0} bytes; at most {LargestContent:N0} can be stored.", nameof(content));
        }
    }
}
