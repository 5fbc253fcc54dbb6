using Xunit;

namespace Everturn.Storage.Compliance;

/// <summary>Deleting: on exactly the version it names, and entirely.</summary>
/// <typeparam name="TSubject">The store under test.</typeparam>
public class DeleteSuite<TSubject> : StoreSuite<TSubject>
    where TSubject : StoreSubject, new()
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A deleted document can neither be loaded nor listed.</summary>
    [Fact]
    public async Task Deleted_document_is_gone_from_loads_and_listings()
    {
        var etag = await CreateAsync(Key("a"), "one", Noon);
        Assert.True(await Store.DeleteAsync(Key("a"), etag));
        await AssertMissingAsync(Key("a"));
        Assert.Empty(await AllKeysAsync(Scope));
        Assert.Empty(await AllDueAsync(Noon));
    }

    /// <summary>A stale version deletes nothing.</summary>
    [Fact]
    public async Task Delete_with_a_stale_etag_is_refused()
    {
        var first = await CreateAsync(Key("a"), "one");
        var second = await SaveAsync(Key("a"), "two", first, Noon);
        Assert.False(await Store.DeleteAsync(Key("a"), first));
        await AssertStoredAsync(Key("a"), "two", second);
        Assert.Equal([Key("a")], await AllDueAsync(Noon));
    }

    /// <summary>Deleting what isn't there is a failed precondition, not an error.</summary>
    [Fact]
    public async Task Delete_of_a_missing_document_is_refused()
    {
        var etag = await CreateAsync(Key("other"), "one");
        Assert.False(await Store.DeleteAsync(Key("a"), etag));
        await AssertStoredAsync(Key("other"), "one", etag);
    }

    /// <summary>Only the first of two deletes did it.</summary>
    [Fact]
    public async Task Delete_a_second_time_is_refused()
    {
        var etag = await CreateAsync(Key("a"), "one");
        Assert.True(await Store.DeleteAsync(Key("a"), etag));
        Assert.False(await Store.DeleteAsync(Key("a"), etag));
    }

    /// <summary>A deleted key can be used again, and the old version does not delete the new document.</summary>
    [Fact]
    public async Task Recreated_document_is_not_deleted_by_the_old_etag()
    {
        var old = await CreateAsync(Key("a"), "one", Noon);
        await Store.DeleteAsync(Key("a"), old);
        var fresh = await CreateAsync(Key("a"), "two");
        Assert.False(await Store.DeleteAsync(Key("a"), old));
        await AssertStoredAsync(Key("a"), "two", fresh);
        Assert.Empty(await AllDueAsync(Noon));
    }

    /// <summary>A delete touches one document.</summary>
    [Fact]
    public async Task Delete_leaves_the_neighbours_alone()
    {
        var a = await CreateAsync(Key("a"), "a");
        var ab = await CreateAsync(Key("a/b"), "ab");
        Assert.True(await Store.DeleteAsync(Key("a"), a));
        await AssertStoredAsync(Key("a/b"), "ab", ab);
    }
}
