using Xunit;

namespace Everturn.Storage.Compliance;

/// <summary>Due listing: which documents some node must look at now.</summary>
/// <typeparam name="TSubject">The store under test.</typeparam>
public class DueListingSuite<TSubject> : StoreSuite<TSubject>
    where TSubject : StoreSubject, new()
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Past and present dues are listed, future ones and documents that owe nothing are not.</summary>
    [Fact]
    public async Task Listing_holds_what_is_due_at_or_before_now()
    {
        await CreateAsync(Key("past"), "x", Noon.AddSeconds(-1));
        await CreateAsync(Key("now"), "x", Noon);
        await CreateAsync(Key("future"), "x", Noon.AddSeconds(1));
        await CreateAsync(Key("never"), "x");
        Assert.Equal([Key("now"), Key("past")], await AllDueAsync(Noon));
        Assert.Equal([Key("future"), Key("now"), Key("past")], await AllDueAsync(Noon.AddSeconds(1)));
    }

    /// <summary>A due is a moment; how it is written (which offset) does not matter.</summary>
    [Fact]
    public async Task Due_is_compared_as_a_moment_whatever_its_offset()
    {
        await CreateAsync(Key("seoul"), "x", Noon.ToOffset(TimeSpan.FromHours(9)));
        await CreateAsync(Key("newfoundland"), "x", Noon.AddSeconds(1).ToOffset(TimeSpan.FromHours(-3.5)));
        Assert.Equal([Key("seoul")], await AllDueAsync(Noon.ToOffset(TimeSpan.FromHours(-8))));
    }

    /// <summary>A save moves the due, to a later or an earlier moment.</summary>
    [Fact]
    public async Task Due_moved_by_a_save_counts_from_then_on()
    {
        var etag = await CreateAsync(Key("a"), "x", Noon);
        etag = await SaveAsync(Key("a"), "x", etag, Noon.AddHours(1));
        Assert.Empty(await AllDueAsync(Noon));
        await SaveAsync(Key("a"), "x", etag, Noon.AddHours(-1));
        Assert.Equal([Key("a")], await AllDueAsync(Noon.AddHours(-1)));
    }

    /// <summary>A save without due clears it.</summary>
    [Fact]
    public async Task Due_cleared_by_a_save_is_not_listed()
    {
        var etag = await CreateAsync(Key("a"), "x", Noon);
        await SaveAsync(Key("a"), "x", etag);
        Assert.Empty(await AllDueAsync(DateTimeOffset.MaxValue));
    }

    /// <summary>A document that owed nothing comes to owe something.</summary>
    [Fact]
    public async Task Due_set_by_a_later_save_is_listed()
    {
        var etag = await CreateAsync(Key("a"), "x");
        await SaveAsync(Key("a"), "x", etag, Noon);
        Assert.Equal([Key("a")], await AllDueAsync(Noon));
    }

    /// <summary>The first and last moments are moments like others.</summary>
    [Fact]
    public async Task Dues_at_the_ends_of_time_are_kept()
    {
        await CreateAsync(Key("first"), "x", DateTimeOffset.MinValue);
        await CreateAsync(Key("last"), "x", DateTimeOffset.MaxValue);
        Assert.Equal([Key("first")], await AllDueAsync(Noon));
        Assert.Equal([Key("first"), Key("last")], await AllDueAsync(DateTimeOffset.MaxValue));
    }

    /// <summary>A node works for its own bot only: a scope is a whole segment.</summary>
    [Fact]
    public async Task Listing_keeps_to_its_scope()
    {
        var longer = Scope + "x";
        await CreateAsync(Key("mine"), "x", Noon);
        await CreateAsync(StoreKey.Create(longer, "test", "document", "theirs"), "x", Noon);
        Assert.Equal([Key("mine")], await AllDueAsync(Noon));
        Assert.Empty(await Store.ListDueAsync(Scope[..^1], Noon, null, 10, CancellationToken.None));
        Assert.Single(await Store.ListDueAsync(longer, Noon, null, 10, CancellationToken.None));
    }

    /// <summary>The order is that of the keys' UTF-8 bytes, whatever the dues and the order of saving.</summary>
    [Fact]
    public async Task Listing_is_in_order_of_the_keys_bytes()
    {
        var ids = OddKeys.InByteOrder;
        for (var i = ids.Count - 1; i >= 0; i--) await CreateAsync(Key(ids[i]), "x", Noon.AddSeconds(i % 3));
        AssertListed(ids, await AllDueAsync(Noon.AddMinutes(1)));
    }

    /// <summary>Page after page, each key comes once.</summary>
    [Fact]
    public async Task Pages_hold_each_key_once()
    {
        var ids = Enumerable.Range(100, 23).Select(i => $"k{i}").ToList();
        foreach (var id in ids) await CreateAsync(Key(id), "x", Noon.AddSeconds(-(id[^1] % 5)));
        AssertListed(ids, await AllDueAsync(Noon, limit: 5));
        AssertListed(ids, await AllDueAsync(Noon, limit: 1));
    }

    /// <summary>"After" is exclusive, and need not be a key that exists.</summary>
    [Fact]
    public async Task Listing_begins_strictly_after_the_given_key()
    {
        foreach (var id in new[] { "a", "b", "d" }) await CreateAsync(Key(id), "x", Noon);
        Assert.Equal([Key("d")], await Store.ListDueAsync(Scope, Noon, Key("b"), 10, CancellationToken.None));
        Assert.Equal([Key("d")], await Store.ListDueAsync(Scope, Noon, Key("c"), 10, CancellationToken.None));
        Assert.Equal([Key("b")], await Store.ListDueAsync(Scope, Noon, Key("a"), 1, CancellationToken.None));
        Assert.Empty(await Store.ListDueAsync(Scope, Noon, Key("d"), 10, CancellationToken.None));
    }

    /// <summary>A limit below 1 is a mistake of the caller.</summary>
    [Fact]
    public async Task Limit_below_one_is_refused() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await Store.ListDueAsync(Scope, Noon, null, 0, CancellationToken.None));
}
