using Everturn.Storage.Postgres.Tests.Servers;

namespace Everturn.Storage.Postgres.Tests;

public sealed class AdministrationTests
{
    [Fact]
    public async Task Check_tells_place_version_and_form_and_makes_nothing()
    {
        await using var database = await TestDatabase.CreateAsync();
        Assert.Null((await database.Store().CheckAsync(CancellationToken.None)).Form);
        Assert.Equal(0L, await database.ExecuteAsync("SELECT count(*) FROM pg_namespace WHERE nspname = 'everturn'"));

        await database.Store().InitAsync(CancellationToken.None);
        var check = await database.Store().CheckAsync(CancellationToken.None);

        Assert.Equal(1, check.Form);
        Assert.Empty(check.Warnings);
        Assert.StartsWith("PostgreSQL 1", check.Version, StringComparison.Ordinal);
        Assert.Equal($"127.0.0.1:{SharedServer.Server.Port}/{database.Name}, schema everturn", check.Place);
    }

    [Fact]
    public async Task Tables_of_a_newer_version_are_told_and_not_refused_by_a_look()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.Store().InitAsync(CancellationToken.None);
        await database.ExecuteAsync("UPDATE everturn.meta SET version = 7");

        Assert.Equal(7, (await database.Store().CheckAsync(CancellationToken.None)).Form);
    }

    [Fact]
    public async Task Stats_count_documents_bytes_and_dues()
    {
        await using var database = await TestDatabase.CreateAsync();
        var store = database.Store();
        await store.InitAsync(CancellationToken.None);
        Assert.Equal(new StoreStats(0, 0, 0, null), await store.StatsAsync(CancellationToken.None));

        var due = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        await store.SaveAsync("a/b/c/1", new byte[100], null, due.AddDays(1));
        await store.SaveAsync("a/b/c/2", new byte[20_000], null, due);
        await store.SaveAsync("z/b/c/3", new byte[3], null, null);

        Assert.Equal(new StoreStats(3, 20_103, 2, due), await store.StatsAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Stats_of_missing_tables_are_refused_with_the_cure()
    {
        await using var database = await TestDatabase.CreateAsync();
        var error = await Assert.ThrowsAsync<PostgresStoreException>(() => database.Store().StatsAsync(CancellationToken.None));
        Assert.Equal("ET2109", error.Code);
    }
}
