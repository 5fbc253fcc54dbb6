using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Everturn.Storage.Postgres.Connections;

// Knows which of the hosts is the primary. When an operation on it fails, all hosts are asked at once, so that one that has
// fallen silent holds nobody up, whatever its place among them. A server that was started anew gets new pools: saves that
// nobody waits for any more may hold the old ones' connections until TCP gives them up.
internal sealed class Primary : IAsyncDisposable
{
    // When others have answered, a silent host is not waited for any longer. Its late answer still counts.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    private readonly PostgresStoreOptions _options;
    private readonly ILogger _logger;
    private readonly string[] _hosts;
    private readonly Dictionary<string, Task<Answer>> _asking = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private Server? _last;
    private bool _isTrusted;
    private volatile bool _isDisposed;
    private string? _warned;

    public Primary(PostgresStoreOptions options, ILogger logger)
    {
        _options = options;
        _logger = logger;
        Hosts = new NpgsqlConnectionStringBuilder(options.ConnectionString).Host!;
        _hosts = Hosts.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }

    // For messages: the hosts alone, no user and no password.
    public string Hosts { get; }

    public bool IsDisposed => _isDisposed;

    public async ValueTask<Server> FindAsync(CancellationToken cancellationToken)
    {
        if (Trusted() is { } known) return known;
        var all = AskAll();
        using var found = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var silence = Task.Delay(Silence, found.Token);
            var waiting = all.ToList();
            while (waiting.Count == all.Length || (waiting.Count > 0 && !silence.IsCompleted))
            {
                var next = await Task.WhenAny(waiting.Count == all.Length ? waiting : [.. waiting, silence]).WaitAsync(cancellationToken);
                if (next is not Task<Answer> answer) continue;
                if ((await answer).Primary is { } primary) return primary;
                waiting.Remove(answer);
            }
        }
        finally
        {
            await found.CancelAsync();
        }

        var errors = Array.ConvertAll(all, answer => answer.IsCompleted ? answer.Result.Error : null);
        if (errors.Length > 1) throw PostgresErrors.NoPrimary([.. _hosts.Zip(errors)], Hosts);
        ExceptionDispatchInfo.Throw(errors[0]!);
        return null;
    }

    // An operation on it failed so that it may be gone, or the primary no more. When it has ended one connection it has mostly
    // ended all, each of which would cost an operation.
    public void Suspect(Server server, bool hasEndedConnections)
    {
        lock (_lock)
        {
            if (_last == server) _isTrusted = false;
        }

        if (!hasEndedConnections) return;
        server.Writes.Clear();
        server.Reads.Clear();
    }

    // The connections in use are closed when they come back.
    public void RenewWrites()
    {
        lock (_lock) _last?.Writes.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        Server? last;
        lock (_lock)
        {
            _isDisposed = true;
            _isTrusted = false;
            last = _last;
        }

        if (last is not null) await last.DisposeAsync();
    }

    private Server? Trusted()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(PostgresStore));
            return _isTrusted ? _last : null;
        }
    }

    // Each host at most once at a time, however many wait.
    private Task<Answer>[] AskAll()
    {
        lock (_lock)
        {
            foreach (var host in _hosts)
            {
                if (!_asking.TryGetValue(host, out var answer) || answer.IsCompleted) _asking[host] = Task.Run(() => AskAsync(host));
            }

            return Array.ConvertAll(_hosts, host => _asking[host]);
        }
    }

    private async Task<Answer> AskAsync(string host)
    {
        try
        {
            await using var source = new NpgsqlDataSourceBuilder(ConnectionStrings.ForAsking(_options.ConnectionString, host))
                .ConfigureTypeLoading(types => types.EnableTypeLoading(false)).Build();
            await using var connection = await source.OpenConnectionAsync();
            var settings = await ReadSettingsAsync(connection);
            Accept(settings, connection);
            return new(await AdoptAsync(host, settings.StartedAt), null);
        }
        catch (Exception error)
        {
            return new(null, error);
        }
    }

    private async Task<Server> AdoptAsync(string host, DateTime startedAt)
    {
        Server? retired = null;
        Server adopted;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(PostgresStore));
            // An old primary that wakes up late must not take the place of the one that has been found.
            if (_isTrusted) return _last!;
            if (_last?.Is(host, startedAt) != true)
            {
                retired = _last;
                _last = Open(host, startedAt);
            }

            _isTrusted = true;
            adopted = _last;
        }

        if (retired is not null) await retired.DisposeAsync();
        return adopted;
    }

    private Server Open(string host, DateTime startedAt)
    {
        Server? server = null;
        server = new(
            host,
            startedAt,
            Build(ConnectionStrings.ForWrites(_options.ConnectionString, host)),
            Build(ConnectionStrings.ForReads(_options.ConnectionString, host, _options.ReadTimeout)),
            Build(ConnectionStrings.ForSignals(_options.ConnectionString, host)));
        return server;

        NpgsqlDataSource Build(string connectionString) => new NpgsqlDataSourceBuilder(connectionString)
            .UsePhysicalConnectionInitializer(
                connection =>
                {
                    using var command = new NpgsqlCommand(ServerSettings.Query, connection) { CommandTimeout = ServerSettings.Patience };
                    using var reader = command.ExecuteReader();
                    reader.Read();
                    AcceptOrSuspect(ServerSettings.Of(reader), connection);
                },
                async connection => AcceptOrSuspect(await ReadSettingsAsync(connection), connection))
            .Build();

        // Under the same name another server may answer by now: it may be used, and the next operation gets its own pools.
        void AcceptOrSuspect(ServerSettings settings, NpgsqlConnection connection)
        {
            Accept(settings, connection);
            if (settings.StartedAt != startedAt) Suspect(server!, hasEndedConnections: false);
        }
    }

    private static async Task<ServerSettings> ReadSettingsAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(ServerSettings.Query, connection) { CommandTimeout = ServerSettings.Patience };
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return ServerSettings.Of(reader);
    }

    private void Accept(ServerSettings settings, NpgsqlConnection connection)
    {
        var server = $"{connection.Host}:{connection.Port}";
        if (settings.IsStandby || settings.IsReadOnly) throw PostgresErrors.ReadOnly(server, settings.IsStandby);
        if (settings.Encoding != "UTF8") throw PostgresErrors.NotUtf8(server, settings.Encoding);
        var warnings = settings.Warnings().ToArray();
        var said = server + string.Concat(warnings);
        lock (_lock)
        {
            if (warnings.Length == 0 || said == _warned) return;
            _warned = said;
        }

        foreach (var warning in warnings) StoreLog.Durability(_logger, server, warning);
    }

    // The pools to the primary, or why there are none.
    private sealed record Answer(Server? Primary, Exception? Error);
}
