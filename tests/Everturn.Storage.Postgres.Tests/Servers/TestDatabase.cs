using Npgsql;

namespace Everturn.Storage.Postgres.Tests.Servers;

// A database of a test's own on a server.
internal sealed class TestDatabase : IAsyncDisposable
{
    private readonly PostgresServer _server;
    private readonly List<PostgresStore> _opened = [];

    private TestDatabase(PostgresServer server, string name)
    {
        _server = server;
        Name = name;
    }

    public string Name { get; }

    public string ConnectionString => new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Database = Name }.ConnectionString;

    public static async Task<TestDatabase> CreateAsync(PostgresServer? server = null, string options = "")
    {
        server ??= SharedServer.Server;
        var name = "test_" + Guid.NewGuid().ToString("N");
        await server.ExecuteAsync($"CREATE DATABASE {name} {options}");
        return new(server, name);
    }

    // Closed at the end of the test. Nothing is sent to the server yet.
    public PostgresStore Store(Action<PostgresStoreOptions>? configure = null, string more = "", RecordingLogger? logger = null)
    {
        var options = new PostgresStoreOptions { ConnectionString = $"{ConnectionString};Maximum Pool Size=4{more}", StartTimeout = TimeSpan.Zero };
        configure?.Invoke(options);
        var store = new PostgresStore(options, logger);
        _opened.Add(store);
        return store;
    }

    public Task<object?> ExecuteAsync(string sql) => _server.ExecuteAsync(sql, Name);

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _opened) await store.DisposeAsync();
        await _server.ExecuteAsync($"DROP DATABASE {Name} WITH (FORCE)");
    }
}
