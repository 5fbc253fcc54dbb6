namespace Everturn.Storage.CosmosDb.Tests;

public sealed class AdministrationTests
{
    [Fact]
    public async Task Check_tells_place_and_account_and_makes_nothing()
    {
        var options = await CosmosDbServer.OptionsAsync();
        using var store = new CosmosDbStore(options);
        Assert.Null((await store.CheckAsync(CancellationToken.None)).Form);
        Assert.Null((await store.CheckAsync(CancellationToken.None)).Form);

        await store.InitAsync(CancellationToken.None);
        var check = await store.CheckAsync(CancellationToken.None);

        Assert.Equal(1, check.Form);
        Assert.Equal(store.Name, check.Place);
        Assert.Equal("Azure Cosmos DB for NoSQL, Session consistency, 1 region(s)", check.Version);
        Assert.Contains("there is one region", Assert.Single(check.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Strong", new[] { "A", "B", "C" }, null)]
    [InlineData("Eventual", new[] { "A", "B" }, "15 minutes")]
    public async Task Consistency_that_may_lose_turns_is_warned_of(string consistency, string[] regions, string? loss)
    {
        var wire = await CosmosDbServer.WireAsync();
        wire.Intercept = AccountStandIn.Over(regions, consistency);
        using var store = new CosmosDbStore(await CosmosDbServer.OptionsAsync(wire: wire));

        var check = await store.CheckAsync(CancellationToken.None);

        if (loss is null) Assert.Empty(check.Warnings);
        else Assert.Contains(loss, Assert.Single(check.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Account_with_many_write_regions_is_refused_by_a_look_too()
    {
        await using var account = await AccountStandIn.StartAsync(manyWrites: true, ["A", "B"], ["A", "B"], "Session");
        using var store = new CosmosDbStore(new() { Connection = CosmosDbServer.Connection(account.Address) });
        Assert.Equal("ET2303", (await Assert.ThrowsAsync<CosmosDbStoreException>(() => store.CheckAsync(CancellationToken.None))).Code);
    }

    [Fact]
    public async Task Init_makes_what_a_node_must_not_make()
    {
        var options = await CosmosDbServer.OptionsAsync();
        options.CreateContainer = false;
        using var store = new CosmosDbStore(options);
        await store.InitAsync(CancellationToken.None);
        await store.InitAsync(CancellationToken.None);
        Assert.True((await store.SaveAsync("a/b/c/d", "{}"u8.ToArray(), null, null)).IsSaved);
    }

    [Fact]
    public async Task Stats_count_documents_and_dues()
    {
        using var store = await CosmosDbServer.OpenAsync();
        Assert.Equal(new StoreStats(0, null, 0, null), await store.StatsAsync(CancellationToken.None));

        var due = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        await store.SaveAsync("z/b/c/1", new byte[100], null, due);
        await store.SaveAsync("a/b/c/2", new byte[10], null, due.AddDays(1));
        await store.SaveAsync("a/b/c/3", new byte[3], null, null);

        Assert.Equal(new StoreStats(3, null, 2, due), await store.StatsAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Stats_of_a_missing_container_are_refused_with_the_cure()
    {
        using var store = new CosmosDbStore(await CosmosDbServer.OptionsAsync());
        var error = await Assert.ThrowsAsync<CosmosDbStoreException>(() => store.StatsAsync(CancellationToken.None));
        Assert.Equal("ET2304", error.Code);
    }
}
