using Microsoft.Extensions.Logging;
using Npgsql;

namespace Everturn.Storage.Postgres.Connections;

// Connections to the primary. Saves have a pool of their own: while they wait for a standby, loads go on; and nothing that
// cancels a load can ever meet a save.
internal sealed class Pools : IAsyncDisposable
{
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private string? _warned;

    public Pools(PostgresStoreOptions options, ILogger logger)
    {
        _logger = logger;
        Writes = Build(ConnectionStrings.ForWrites(options.ConnectionString));
        Reads = Build(ConnectionStrings.ForReads(options.ConnectionString, options.ReadTimeout));
        Signals = Build(ConnectionStrings.ForSignals(options.ConnectionString));
        Server = new NpgsqlConnectionStringBuilder(options.ConnectionString).Host!;
    }

    public NpgsqlDataSource Writes { get; }

    public NpgsqlDataSource Reads { get; }

    public NpgsqlDataSource Signals { get; }

    // For messages: the hosts alone, no user and no password.
    public string Server { get; }

    public async ValueTask DisposeAsync()
    {
        await Writes.DisposeAsync();
        await Reads.DisposeAsync();
        await Signals.DisposeAsync();
    }

    private NpgsqlDataSource Build(string connectionString)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        builder.UsePhysicalConnectionInitializer(
            connection =>
            {
                using var command = new NpgsqlCommand(ServerSettings.Query, connection);
                using var reader = command.ExecuteReader();
                reader.Read();
                Accept(ServerSettings.Of(reader), connection);
            },
            async connection =>
            {
                await using var command = new NpgsqlCommand(ServerSettings.Query, connection);
                await using var reader = await command.ExecuteReaderAsync();
                await reader.ReadAsync();
                Accept(ServerSettings.Of(reader), connection);
            });
        return builder.Build();
    }

    // Each connection asks anew, because after a failover another server may answer under the same name.
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
}
