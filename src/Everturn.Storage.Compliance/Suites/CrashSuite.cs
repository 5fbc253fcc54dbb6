using Xunit;

namespace Everturn.Storage.Compliance;

/// <summary>Crashes: what was acknowledged is there for whoever opens the store next.</summary>
/// <remarks>
/// A suite runs in one process and cannot kill it: it leaves the first handle as a crash would, open, and looks through
/// another. Test kill -9 with processes of your own.
/// </remarks>
/// <typeparam name="TSubject">The store under test.</typeparam>
public class CrashSuite<TSubject> : StoreSuite<TSubject>
    where TSubject : StoreSubject, new()
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Bytes, versions, dues and deletions outlast the handle that wrote them, closed or not.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reopened_store_has_every_acknowledged_write(bool closed)
    {
        SkipUnlessReopened();
        var kept = await CreateAsync(Key("kept"), "one");
        var updated = await SaveAsync(Key("updated"), "two", await CreateAsync(Key("updated"), "one"), Noon);
        var cleared = await SaveAsync(Key("cleared"), "two", await CreateAsync(Key("cleared"), "one", Noon));
        await Store.DeleteAsync(Key("deleted"), await CreateAsync(Key("deleted"), "one", Noon));
        if (closed) await CloseAsync(Store);

        var next = await OpenAsync();
        await AssertStoredAsync(Key("kept"), "one", kept, next);
        await AssertStoredAsync(Key("updated"), "two", updated, next);
        await AssertStoredAsync(Key("cleared"), "two", cleared, next);
        await AssertMissingAsync(Key("deleted"), next);
        Assert.Equal([Key("updated")], await AllDueAsync(Noon, store: next));
        Assert.Equal([Key("cleared"), Key("kept"), Key("updated")], await AllKeysAsync(Scope, store: next));
    }

    /// <summary>A reopened store accepts the versions it gave out, and no older ones.</summary>
    [Fact]
    public async Task Reopened_store_judges_etags_from_before()
    {
        SkipUnlessReopened();
        var stale = await CreateAsync(Key("a"), "one");
        var current = await SaveAsync(Key("a"), "two", stale);
        await CloseAsync(Store);

        var next = await OpenAsync();
        Assert.False((await next.SaveAsync(Key("a"), Json("three"), stale, null)).IsSaved);
        Assert.False((await next.SaveAsync(Key("a"), Json("three"), null, null)).IsSaved);
        Assert.True((await next.SaveAsync(Key("a"), Json("three"), current, null)).IsSaved);
    }

    /// <summary>A store that is closed under load keeps what it acknowledged, and nothing by halves.</summary>
    [Fact]
    public async Task Store_closed_with_saves_under_way_keeps_what_it_acknowledged()
    {
        SkipUnlessReopened();
        var store = Store;
        var saves = Enumerable.Range(0, 64).Select(i => Task.Run(async () =>
            (Id: i, Result: await store.SaveAsync(Key($"{i:00}"), Json($"{i}"), null, null)))).ToArray();
        await Task.WhenAny(saves);
        await CloseAsync(store);

        var next = await OpenAsync();
        foreach (var save in saves)
        {
            // A save that came too late for the closing store fails; its outcome is unknown by contract.
            var outcome = await save.ContinueWith(_ => true, TaskScheduler.Default);
            Assert.True(outcome);
            if (!save.IsCompletedSuccessfully) continue;
            var (id, result) = await save;
            await AssertStoredAsync(Key($"{id:00}"), $"{id}", result.ETag!.Value, next);
        }
    }

    private void SkipUnlessReopened() => Assert.SkipWhen(Subject.WhyItCannotBeReopened is not null, Subject.WhyItCannotBeReopened ?? "");
}
