using Everturn.Conversations;
using Everturn.Hosting;
using Everturn.Storage.Postgres.Tests.Servers;
using Everturn.Turns;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Everturn.Storage.Postgres.Tests;

// The store under the real engine.
public sealed class NodeTests
{
    // Counted by the server itself.
    [Fact]
    public async Task Steady_turn_costs_one_write_and_no_read()
    {
        const int Turns = 20;
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE EXTENSION pg_stat_statements");
        await using var node = await TestNode.StartAsync(database.ConnectionString, "one", new(), WithoutRounds);
        await SendAsync("first");
        // What a connection does when it opens, and once more when it prepares a statement, is no matter of turns.
        for (var i = 0; i < 5; i++) await SendAsync($"warm {i}");
        var before = await CountAsync();
        for (var i = 0; i < Turns; i++) await SendAsync($"turn {i}");
        var after = await CountAsync();

        Assert.Equal((Turns, 0L, 0L), (after.Updates - before.Updates, after.Inserts - before.Inserts, after.Others - before.Others));

        async Task SendAsync(string id) => Assert.IsType<TurnOutcome.Committed>(await node.SendAsync("x", id));

        // Of all the statements of this database but those of this test.
        async Task<(long Updates, long Inserts, long Others)> CountAsync() =>
            (await CallsAsync("query LIKE 'UPDATE %documents%'"), await CallsAsync("query LIKE 'INSERT %documents%'"),
                await CallsAsync("query NOT LIKE 'UPDATE %documents%' AND query NOT LIKE 'INSERT %documents%' AND query NOT LIKE '%pg_stat_statements%'"));

        async Task<long> CallsAsync(string which) => (long)(decimal)(await database.ExecuteAsync(
            $"SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND {which}"))!;
    }

    [Fact]
    public async Task Concurrent_first_messages_on_two_nodes_create_the_conversation_once()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE EXTENSION pg_stat_statements");
        var channel = new TestNode.TestChannel();
        await using var one = await TestNode.StartAsync(database.ConnectionString, "one", channel, WithoutRounds);
        await using var two = await TestNode.StartAsync(database.ConnectionString, "two", channel, WithoutRounds);
        for (var round = 0; round < 10; round++)
        {
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => (i % 2 == 0 ? one : two).SendAsync("x", $"{i}", $"c{round}"))));
            Assert.All(outcomes, outcome => Assert.IsType<TurnOutcome.Committed>(outcome));
            await one.SendAsync("how many?", "last", $"c{round}");
            Assert.Equal("9", await channel.NextAsync());
        }

        Assert.Equal(10L, await database.ExecuteAsync(
            "SELECT sum(rows)::bigint FROM pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND query LIKE 'INSERT %documents%'"));
    }

    // No node looks by itself within this test: the hint alone makes the other look, wait for the lease to end, and take over.
    [Fact]
    public async Task Node_looks_at_once_at_what_another_announces()
    {
        await using var database = await TestDatabase.CreateAsync();
        var channel = new TestNode.TestChannel();
        // Never stopped: it dies. Without its store it neither renews its lease nor gives it back.
        var doomed = await TestNode.StartAsync(database.ConnectionString, "doomed", new() { IsStuck = true }, WithoutRounds);
        await using var other = await TestNode.StartAsync(database.ConnectionString, "other", channel, WithoutRounds);
        Assert.IsType<TurnOutcome.Committed>(await doomed.SendAsync("how many?", "1"));
        await ((PostgresStore)doomed.Services.GetRequiredService<IStore>()).DisposeAsync();

        var third = database.Store();
        var heard = channel.NextAsync();
        await Patience.UntilAsync(
            () =>
            {
                third.Announce(new ConversationKey("bot", "test", "c").ToStoreKey());
                return Task.FromResult(heard.IsCompleted);
            },
            "the other node to deliver what the dead one owed");
        Assert.Equal("1", await heard);
    }

    [Fact]
    public async Task Connection_named_in_configuration_wins()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var services = Build("postgres:" + database.ConnectionString, builder => builder.UsePostgres("Host=elsewhere"));
        Assert.Equal("127.0.0.1", Assert.IsType<PostgresStore>(services.GetRequiredService<IStore>()).Server);
    }

    [Fact]
    public async Task Settings_made_in_code_hold_for_a_connection_named_in_configuration()
    {
        await using var services = Build("postgres:Host=db", builder => builder.UsePostgres(options => options.Schema = "A"));
        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStore>());
        Assert.StartsWith("ET2112", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_that_is_offered_and_not_chosen_needs_no_connection()
    {
        await using var services = Build("memory", builder => builder.UsePostgres());
        Assert.IsType<MemoryStore>(services.GetRequiredService<IStore>());
        await using var chosen = Build("postgres", builder => builder.UsePostgres());
        Assert.StartsWith("ET2101", Assert.Throws<OptionsValidationException>(() => chosen.GetRequiredService<IStore>()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Node_whose_server_cannot_be_used_does_not_start()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.Store().InitAsync(CancellationToken.None);
        await database.ExecuteAsync("UPDATE everturn.meta SET version = 2");
        var error = await Assert.ThrowsAsync<PostgresStoreException>(() => TestNode.StartAsync(database.ConnectionString, "one", new()));
        Assert.Equal("ET2105", error.Code);
    }

    private static void WithoutRounds(EverturnOptions options) => options.RecoveryInterval = TimeSpan.FromMinutes(10);

    private static ServiceProvider Build(string? store, Action<EverturnBuilder> add)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(Random.Shared);
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        add(services.AddEverturnCore(options => options.Store = store));
        return services.BuildServiceProvider();
    }
}
