using Everturn.Storage.Postgres.Tests.Servers;

[assembly: AssemblyFixture(typeof(SharedServer))]

namespace Everturn.Storage.Postgres.Tests.Servers;

// One server for all tests that do no harm to it; a test that stops or spoils its server starts one of its own. Tests on the
// shared one keep to schemas and databases of their own.
public sealed class SharedServer : IAsyncLifetime
{
    private static PostgresServer? _server;

    public static string ConnectionString => Server.ConnectionString;

    internal static PostgresServer Server
    {
        get
        {
            Assert.SkipWhen(_server is null, PostgresServer.WhyNot);
            return _server;
        }
    }

    public async ValueTask InitializeAsync()
    {
        // A skip here would fail every test: each says it for itself.
        if (PostgresServer.Programs is not null) _server = await PostgresServer.StartAsync("shared_preload_libraries=pg_stat_statements");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }
}
