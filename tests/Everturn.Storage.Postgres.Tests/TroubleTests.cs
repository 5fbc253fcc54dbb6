using System.Diagnostics;
using System.Globalization;
using Everturn.Storage.Postgres.Tests.Servers;
using Npgsql;

namespace Everturn.Storage.Postgres.Tests;

// Servers that stop, lag, fill up or are taken away in the middle. Each test has one of its own.
public sealed class TroubleTests
{
    private static readonly byte[] Content = "{}"u8.ToArray();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Server_restarted_in_the_middle_keeps_what_it_acknowledged_and_the_store_goes_on(bool killed)
    {
        await using var server = await PostgresServer.StartAsync();
        await using var store = new PostgresStore(new() { ConnectionString = server.ConnectionString });
        var saved = new Dictionary<string, ETag>(StringComparer.Ordinal);
        for (var i = 0; i < 20; i++) saved[$"a/b/c/{i}"] = (await store.SaveAsync($"a/b/c/{i}", Content, null, null)).ETag!.Value;
        // Several connections stand idle in the pools when the server goes.
        await Task.WhenAll(saved.Keys.Select(key => store.LoadAsync(key, CancellationToken.None).AsTask()));

        if (killed) await server.KillAsync();
        else await server.StopAsync();
        var down = await Assert.ThrowsAsync<PostgresStoreException>(async () => await store.SaveAsync("a/b/c/down", Content, null, null));
        Assert.True(down.Code is "ET2102" or "ET2114", down.Message);

        await server.StartAgainAsync();
        await Patience.UntilAsync(
            async () =>
            {
                try
                {
                    return await store.LoadAsync("a/b/c/0", CancellationToken.None) is not null;
                }
                catch (PostgresStoreException error) when (error.Code is "ET2102" or "ET2114")
                {
                    return false;
                }
            },
            "the store to find the server again");
        foreach (var (key, etag) in saved) Assert.Equal(etag, (await store.LoadAsync(key, CancellationToken.None))!.ETag);
        Assert.True((await store.SaveAsync("a/b/c/0", Content, saved["a/b/c/0"], null)).IsSaved);
    }

    // A commit that waits for a standby is never cut short by us; loads go on meanwhile. When somebody else cuts it short, the
    // server says success, and we say unknown.
    [Fact]
    public async Task Commit_whose_wait_for_the_standby_is_cancelled_is_unknown()
    {
        await using var server = await PostgresServer.StartAsync();
        var logger = new RecordingLogger();
        await using var store = new PostgresStore(new() { ConnectionString = server.ConnectionString }, logger);
        var before = await store.SaveAsync("a/b/c/d", Content, null, null);
        await server.ExecuteAsync("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
        await server.ExecuteAsync("SELECT pg_reload_conf()");
        await Patience.UntilAsync(async () => (string?)await server.ExecuteAsync("SHOW synchronous_standby_names") == "nobody", "the setting to be read");

        foreach (var all in new[] { false, true })
        {
            var save = all
                ? store.SaveAllAsync([new("a/b/c/x", Content, null, null), new("a/b/c/y", Content, null, null)]).AsTask()
                : (Task)store.SaveAsync("a/b/c/d", "1"u8.ToArray(), before.ETag, null).AsTask();
            var session = 0;
            await Patience.UntilAsync(
                async () => (session = await server.ExecuteAsync("SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND application_name = 'everturn'") as int? ?? 0) != 0,
                "the commit to wait for its standby");
            // The row is not to be seen yet, so a load answers with what was before.
            Assert.Equal(before.ETag, (await store.LoadAsync("a/b/c/d", CancellationToken.None))!.ETag);
            Assert.False(save.IsCompleted);

            await server.ExecuteAsync($"SELECT pg_cancel_backend({session.ToString(CultureInfo.InvariantCulture)})");
            var error = await Assert.ThrowsAsync<PostgresStoreException>(() => save.WaitAsync(Patience.Limit));
            Assert.Equal("ET2110", error.Code);
            await Patience.UntilAsync(
                async () => (long)(await server.ExecuteAsync($"SELECT count(*) FROM pg_stat_activity WHERE pid = {session.ToString(CultureInfo.InvariantCulture)}"))! == 0,
                "the connection to be closed");
            if (!all) before = new SaveResult((await store.LoadAsync("a/b/c/d", CancellationToken.None))!.ETag);
        }

        Assert.Contains(logger.Lines, line => line.Event == 2108);
        // A save that still waits would keep the store from closing.
        await server.ExecuteAsync("ALTER SYSTEM RESET synchronous_standby_names");
        await server.ExecuteAsync("SELECT pg_reload_conf()");
    }

    [Fact]
    public async Task Full_disk_fails_the_save_and_the_store_goes_on_when_there_is_room()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var disk = await SmallDisk.MountAsync(megabytes: 24);
        await server.ExecuteAsync($"CREATE TABLESPACE small LOCATION '{disk.Path}'");
        await using var database = await TestDatabase.CreateAsync(server, "TABLESPACE small");
        var store = database.Store();
        var kept = await store.SaveAsync("a/b/c/kept", Content, null, null);
        // The connection that loads is open before the disk is full: a new session may have to write pages out.
        Assert.Equal(kept.ETag, (await store.LoadAsync("a/b/c/kept", CancellationToken.None))!.ETag);
        var saved = 0;
        var error = await Assert.ThrowsAsync<PostgresStoreException>(async () =>
        {
            // Random, so that the server cannot press it.
            for (; saved < 100; saved++) await store.SaveAsync($"a/b/full/{saved:00}", Random.Shared.GetItems<byte>([.. Enumerable.Range(0, 256).Select(i => (byte)i)], 1 << 20), null, null);
        });
        Assert.Equal("ET2107", error.Code);
        Assert.Contains("a/b/full/", error.Message, StringComparison.Ordinal);
        Assert.Null(await store.LoadAsync($"a/b/full/{saved:00}", CancellationToken.None));
        await disk.GrowAsync(megabytes: 64);
        Assert.True((await store.SaveAsync($"a/b/full/{saved:00}", new byte[1 << 20], null, null)).IsSaved);
        Assert.Equal(kept.ETag, (await store.LoadAsync("a/b/c/kept", CancellationToken.None))!.ETag);
        Assert.Equal(saved + 1, (await store.ListKeysAsync("a/b/full/", null, 1000, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task Standby_is_never_loaded_from_and_the_primary_is_found_among_the_hosts()
    {
        await using var primary = await PostgresServer.StartAsync();
        await using var standby = await primary.StartStandbyAsync();
        await using var alone = new PostgresStore(new() { ConnectionString = standby.ConnectionString, StartTimeout = TimeSpan.Zero });
        Assert.Equal("ET2106", (await Assert.ThrowsAsync<PostgresStoreException>(() => alone.OpenAsync(CancellationToken.None))).Code);

        await using var store = new PostgresStore(new()
        {
            ConnectionString = $"Host=127.0.0.1:{standby.Port},127.0.0.1:{primary.Port};Username=postgres;Database=postgres",
        });
        var saved = await store.SaveAsync("a/b/c/d", Content, null, null);
        Assert.StartsWith($"127.0.0.1:{primary.Port}/", (await store.CheckAsync(CancellationToken.None)).Place, StringComparison.Ordinal);

        // The primary dies and the standby takes its place.
        await Patience.UntilAsync(
            async () => (long)(await standby.ExecuteAsync("SELECT count(*) FROM pg_class WHERE relname = 'documents'"))! == 1
                && (long)(await standby.ExecuteAsync("SELECT count(*) FROM everturn.documents"))! == 1,
            "the standby to have what was saved");
        await primary.KillAsync();
        await standby.ExecuteAsync("SELECT pg_promote()");
        ETag? etag = null;
        var begun = Stopwatch.StartNew();
        await Patience.UntilAsync(
            async () =>
            {
                try
                {
                    etag = (await store.LoadAsync("a/b/c/d", CancellationToken.None))?.ETag;
                    return true;
                }
                catch (PostgresStoreException error) when (error.Code is "ET2102" or "ET2106" or "ET2114")
                {
                    return false;
                }
            },
            "the store to find the new primary");
        TestContext.Current.TestOutputHelper?.WriteLine($"The new primary was found after {begun.Elapsed.TotalSeconds:0.0} s.");
        Assert.Equal(saved.ETag, etag);
        Assert.True((await store.SaveAsync("a/b/c/d", Content, etag, null)).IsSaved);
    }

    // Connecting to such a host fails only when the time for it is over, and nobody may wait for that who knows the primary.
    [Fact]
    public async Task Host_that_hangs_in_front_of_the_primary_holds_nothing_up()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var hanging = new Relay(target: null);
        var connection = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Timeout = 10, MaxPoolSize = 4 };
        connection.Host = $"127.0.0.1:{hanging.Port},127.0.0.1:{connection.Port}";
        await using var store = new PostgresStore(new() { ConnectionString = connection.ConnectionString });
        var clock = Stopwatch.StartNew();
        for (var round = 0; round < 20; round++)
        {
            // Several at once need new connections, which the server has ended: the primary is looked for again.
            await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Patience.UntilAsync(() => TrySaveAsync(store, $"a/b/{round}/{i}"), "the store to find the primary")));
            await SharedServer.Server.ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database.Name}'");
        }

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(8), $"20 rounds took {clock.Elapsed}.");
    }

    // A save has no time limit, so it holds its connection for as long as TCP keeps it; it must not hold those of the server that
    // has taken the name over.
    [Fact]
    public async Task Saves_that_hang_on_a_silent_server_do_not_keep_others_from_its_successor()
    {
        await using var first = await PostgresServer.StartAsync();
        await using var second = await PostgresServer.StartAsync();
        await using var relay = new Relay(first.Port);
        await using var store = new PostgresStore(new()
        {
            ConnectionString = $"Host=127.0.0.1;Port={relay.Port};Username=postgres;Database=postgres;Maximum Pool Size=2;Timeout=1",
            ReadTimeout = TimeSpan.FromSeconds(1),
        });
        await Task.WhenAll(Enumerable.Range(0, 2).Select(i => store.SaveAsync($"a/b/c/{i}", Content, null, null).AsTask()));
        await relay.SilenceAsync(second.Port);
        var hanging = Enumerable.Range(2, 2).Select(i => store.SaveAsync($"a/b/c/{i}", Content, null, null).AsTask()).ToArray();

        var tables = new PostgresStore(new() { ConnectionString = second.ConnectionString });
        await using (tables) await tables.InitAsync(CancellationToken.None);
        await Patience.UntilAsync(() => TrySaveAsync(store, "a/b/c/d"), "a save on the second server");
        Assert.NotNull(await store.LoadAsync("a/b/c/d", CancellationToken.None));
        Assert.All(hanging, save => Assert.False(save.IsCompleted));
        await relay.DisposeAsync();
        foreach (var save in hanging) Assert.Equal("ET2114", (await Assert.ThrowsAsync<PostgresStoreException>(() => save.WaitAsync(Patience.Limit))).Code);
    }

    private static async Task<bool> TrySaveAsync(PostgresStore store, string key)
    {
        try
        {
            return (await store.SaveAsync(key, Content, null, null)).IsSaved;
        }
        catch (PostgresStoreException error) when (error.Code is "ET2102" or "ET2114" or "ET2116")
        {
            return false;
        }
    }

    // A node that is paused in the middle of a transaction holds its rows; the server ends its session after a while.
    [Fact]
    public async Task Row_held_by_another_session_fails_the_save_in_bounded_time()
    {
        await using var database = await TestDatabase.CreateAsync();
        var store = database.Store();
        var saved = await store.SaveAsync("a/b/c/d", Content, null, null);
        await using var other = new NpgsqlConnection(database.ConnectionString);
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using (var update = new NpgsqlCommand("UPDATE everturn.documents SET due = 1", other)) await update.ExecuteNonQueryAsync();
        Assert.NotNull(await store.LoadAsync("a/b/c/d", CancellationToken.None));
        var error = await Assert.ThrowsAsync<PostgresStoreException>(async () => await store.SaveAsync("a/b/c/d", Content, saved.ETag, null));
        Assert.Equal("ET2117", error.Code);
        Assert.Contains("a/b/c/d", error.Message, StringComparison.Ordinal);
        await transaction.RollbackAsync();
        Assert.True((await store.SaveAsync("a/b/c/d", Content, saved.ETag, null)).IsSaved);
    }

    [Fact]
    public async Task Document_beyond_any_limit_is_refused_before_it_is_sent()
    {
        await using var store = new PostgresStore(new() { ConnectionString = "Host=127.0.0.1;Port=1" });
        var error = await Assert.ThrowsAsync<ArgumentException>(async () => await store.SaveAsync("a/b/c/d", new byte[(256 << 20) + 1], null, null));
        Assert.StartsWith("ET2108", error.Message, StringComparison.Ordinal);
    }

    // A refused transaction must leave no transaction open on its connection.
    [Fact]
    public async Task Connection_of_a_refused_transaction_is_as_good_as_new()
    {
        await using var database = await TestDatabase.CreateAsync();
        var store = database.Store(more: ";Maximum Pool Size=1");
        await store.SaveAsync("a/b/c/d", Content, null, null);
        for (var i = 0; i < 5; i++)
        {
            Assert.Null(await store.SaveAllAsync([new("a/b/c/new", Content, null, null), new("a/b/c/d", Content, null, null)]));
            Assert.True((await store.SaveAsync($"a/b/c/{i}", Content, null, null)).IsSaved);
        }

        Assert.Equal(0L, await database.ExecuteAsync($"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database.Name}' AND state LIKE 'idle in transaction%'"));
    }
}
