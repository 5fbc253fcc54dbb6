using System.Diagnostics;
using Everturn.Storage.Postgres.Tests.Servers;
using Microsoft.Extensions.Options;

namespace Everturn.Storage.Postgres.Tests;

public sealed class OpeningTests
{
    private static readonly byte[] Content = "{}"u8.ToArray();

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("nonsense")]
    [InlineData("Database=bot;Password=secret")]
    [InlineData("Host=db;Colour=blue;Password=secret")]
    [InlineData("Host=db;Port=many;Password=secret")]
    [InlineData("Host=db;Target Session Attributes=any;Password=secret")]
    [InlineData("Host=db1,db2;Target Session Attributes=standby;Password=secret")]
    public void Wrong_connection_string_is_refused_without_showing_it(string connectionString)
    {
        var error = Assert.Throws<OptionsValidationException>(() => new PostgresStore(new() { ConnectionString = connectionString }));
        Assert.StartsWith("ET2101", Assert.Single(error.Failures), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_options_are_told_all_at_once()
    {
        var error = Assert.Throws<OptionsValidationException>(() => new PostgresStore(new()
        {
            ConnectionString = "Host=db",
            Schema = "Bot\"; DROP TABLE x",
            ReadTimeout = TimeSpan.Zero,
            StartTimeout = TimeSpan.FromHours(1),
        }));
        Assert.Equal(3, error.Failures.Count());
        Assert.All(error.Failures, failure => Assert.StartsWith("ET2112", failure, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Server_that_is_not_there_is_told_in_bounded_time()
    {
        await using var store = new PostgresStore(new() { ConnectionString = "Host=127.0.0.1;Port=1;Username=u;Password=secret", StartTimeout = TimeSpan.FromSeconds(1) });
        var begun = Stopwatch.StartNew();
        var error = await Assert.ThrowsAsync<PostgresStoreException>(() => store.OpenAsync(CancellationToken.None));
        Assert.Equal("ET2102", error.Code);
        Assert.InRange(begun.Elapsed, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(20));
        AssertTold(error, "127.0.0.1");
        // Also without having been opened, and whatever is asked.
        Assert.Equal("ET2102", (await Assert.ThrowsAsync<PostgresStoreException>(async () => await store.SaveAsync("a/b/c/d", Content, null, null))).Code);
        Assert.Equal("ET2102", (await Assert.ThrowsAsync<PostgresStoreException>(async () => await store.LoadAsync("a/b/c/d", CancellationToken.None))).Code);
    }

    // A server that takes the connection and then says nothing: those who need it wait together, not one after the other.
    [Fact]
    public async Task Operations_on_a_silent_server_fail_together()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var port = ((System.Net.IPEndPoint)silent.LocalEndpoint).Port;
        await using var store = new PostgresStore(new() { ConnectionString = $"Host=127.0.0.1;Port={port};Timeout=1" });
        var begun = Stopwatch.StartNew();
        var errors = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Assert.ThrowsAsync<PostgresStoreException>(
            async () => await store.SaveAsync($"a/b/c/{i}", Content, null, null))));
        Assert.All(errors, error => Assert.Equal("ET2102", error.Code));
        Assert.InRange(begun.Elapsed, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Host_without_address_is_told()
    {
        await using var store = new PostgresStore(new() { ConnectionString = "Host=no-such-host.invalid", StartTimeout = TimeSpan.Zero });
        var error = await Assert.ThrowsAsync<PostgresStoreException>(() => store.OpenAsync(CancellationToken.None));
        Assert.Equal("ET2102", error.Code);
    }

    [Theory]
    [InlineData(";Username=nobody_of_that_name")]
    [InlineData(";Database=no_such_database")]
    public async Task Refused_login_is_told(string wrong)
    {
        await using var database = await TestDatabase.CreateAsync();
        AssertTold(await RefusedAsync("ET2103", database.Store(more: wrong)), "pg_hba.conf");
    }

    [Fact]
    public async Task User_who_may_not_make_tables_is_told()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var user = await User.CreateAsync(database);
        AssertTold(await RefusedAsync("ET2104", database.Store(more: user.Login)), "42501");
        Assert.Equal(0L, await database.ExecuteAsync("SELECT count(*) FROM pg_namespace WHERE nspname = 'everturn'"));
    }

    [Fact]
    public async Task User_without_rights_to_the_table_is_told_which()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var user = await User.CreateAsync(database);
        await database.Store().InitAsync(CancellationToken.None);
        await database.ExecuteAsync($"GRANT USAGE ON SCHEMA everturn TO {user.Name}; GRANT SELECT ON everturn.meta TO {user.Name}; GRANT SELECT, INSERT ON everturn.documents TO {user.Name}");
        AssertTold(await RefusedAsync("ET2104", database.Store(more: user.Login)), "UPDATE, DELETE", "GRANT");
    }

    // For those who forbid DDL: an administrator makes the tables, and nodes get by with the rights to use them.
    [Fact]
    public async Task Node_that_may_not_make_tables_uses_those_made_before()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var user = await User.CreateAsync(database);
        var node = database.Store(options => options.ManageSchema = false, user.Login);
        AssertTold(await RefusedAsync("ET2109", node), "InitAsync");

        await database.Store().InitAsync(CancellationToken.None);
        await database.Store().InitAsync(CancellationToken.None);
        await database.ExecuteAsync($"GRANT USAGE ON SCHEMA everturn TO {user.Name}; GRANT SELECT ON everturn.meta TO {user.Name}; "
            + $"GRANT SELECT, INSERT, UPDATE, DELETE ON everturn.documents TO {user.Name}");
        await node.OpenAsync(CancellationToken.None);
        Assert.True((await node.SaveAsync("a/b/c/d", Content, null, null)).IsSaved);
        // The same for a node that would make them if it had to.
        var other = database.Store(more: user.Login);
        Assert.NotNull(await other.LoadAsync("a/b/c/d", CancellationToken.None));
    }

    [Fact]
    public async Task Tables_from_the_future_are_refused_and_left_alone()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.Store().InitAsync(CancellationToken.None);
        await database.ExecuteAsync("UPDATE everturn.meta SET version = 2");
        AssertTold(await RefusedAsync("ET2105", database.Store()), "form 2");
        var init = await Assert.ThrowsAsync<PostgresStoreException>(() => database.Store().InitAsync(CancellationToken.None));
        Assert.Equal("ET2105", init.Code);
        Assert.Equal(2, await database.ExecuteAsync("SELECT version FROM everturn.meta"));
    }

    [Theory]
    [InlineData("CREATE TABLE everturn.documents(title text)")]
    [InlineData("CREATE TABLE everturn.meta(version integer)")]
    public async Task Tables_of_another_program_are_refused_and_left_alone(string create)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE SCHEMA everturn; " + create);
        await RefusedAsync("ET2115", database.Store());
        Assert.Equal(1L, await database.ExecuteAsync("SELECT count(*) FROM pg_tables WHERE schemaname = 'everturn'"));
    }

    [Fact]
    public async Task Database_of_another_encoding_is_refused()
    {
        await using var database = await TestDatabase.CreateAsync(options: "ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C'");
        AssertTold(await RefusedAsync("ET2111", database.Store()), "LATIN1");
    }

    [Fact]
    public async Task Read_only_server_is_refused()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync($"ALTER DATABASE {database.Name} SET default_transaction_read_only = on");
        AssertTold(await RefusedAsync("ET2106", database.Store()), "read-only");
    }

    // Nodes of a cluster start at once on an empty database: one makes the tables, the others wait for it.
    [Fact]
    public async Task Many_openings_at_once_of_an_empty_database_all_succeed()
    {
        await using var database = await TestDatabase.CreateAsync();
        var stores = Enumerable.Range(0, 12).Select(_ => database.Store()).ToArray();
        await Task.WhenAll(stores.Select(store => Task.Run(() => store.OpenAsync(CancellationToken.None))));
        foreach (var store in stores) Assert.NotNull((await store.SaveAsync($"a/b/c/{Guid.NewGuid():N}", Content, null, null)).ETag);
        Assert.Equal(12, (await stores[0].ListKeysAsync("", null, 100, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task Stores_in_two_schemas_know_nothing_of_each_other()
    {
        await using var database = await TestDatabase.CreateAsync();
        Assert.True((await database.Store().SaveAsync("a/b/c/d", Content, null, null)).IsSaved);
        Assert.True((await database.Store(options => options.Schema = "scratch_1").SaveAsync("a/b/c/d", Content, null, null)).IsSaved);
    }

    [Fact]
    public async Task Tables_dropped_under_a_node_are_made_again_when_it_is_asked_next()
    {
        await using var database = await TestDatabase.CreateAsync();
        var store = database.Store();
        await store.SaveAsync("a/b/c/d", Content, null, null);
        await database.ExecuteAsync("DROP SCHEMA everturn CASCADE");
        Assert.Equal("ET2109", (await Assert.ThrowsAsync<PostgresStoreException>(async () => await store.LoadAsync("a/b/c/d", CancellationToken.None))).Code);
        Assert.Null(await store.LoadAsync("a/b/c/d", CancellationToken.None));
    }

    [Fact]
    public async Task Setting_that_breaks_the_promise_is_warned_of_once()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync($"ALTER DATABASE {database.Name} SET synchronous_commit = off");
        var logger = new RecordingLogger();
        var store = database.Store(logger: logger);
        for (var i = 0; i < 5; i++) await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => store.LoadAsync("a/b/c/d", CancellationToken.None).AsTask()));
        Assert.Contains("synchronous_commit", Assert.Single((await store.CheckAsync(CancellationToken.None)).Warnings), StringComparison.Ordinal);
        Assert.Contains("synchronous_commit", Assert.Single(logger.Lines, line => line.Event == 2102).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sessions_are_set_so_that_a_save_is_never_cut_short()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync($"ALTER DATABASE {database.Name} SET statement_timeout = '1ms'; ALTER DATABASE {database.Name} SET default_transaction_isolation = 'serializable'");
        var store = database.Store();
        var saved = await store.SaveAsync("a/b/c/d", new byte[8 << 20], null, null);
        Assert.True(saved.IsSaved);
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () => await store.SaveAsync("a/b/c/d", Content, saved.ETag, null))));
        Assert.Single(results, result => result.IsSaved);
    }

    private static async Task<PostgresStoreException> RefusedAsync(string code, PostgresStore store)
    {
        var error = await Assert.ThrowsAsync<PostgresStoreException>(() => store.OpenAsync(CancellationToken.None));
        Assert.True(error.Code == code, error.ToString());
        AssertTold(error, code + ": ");
        return error;
    }

    private static void AssertTold(PostgresStoreException error, params string[] words) =>
        Assert.All(words, word => Assert.Contains(word, error.Message, StringComparison.Ordinal));

    // A login without any right of its own.
    private sealed class User(TestDatabase database) : IAsyncDisposable
    {
        public string Name { get; } = "user_" + Guid.NewGuid().ToString("N");

        public string Login => ";Username=" + Name;

        public static async Task<User> CreateAsync(TestDatabase database)
        {
            var user = new User(database);
            await database.ExecuteAsync($"CREATE ROLE {user.Name} LOGIN");
            return user;
        }

        public async ValueTask DisposeAsync() => await database.ExecuteAsync($"DROP OWNED BY {Name}; DROP ROLE {Name}");
    }
}
