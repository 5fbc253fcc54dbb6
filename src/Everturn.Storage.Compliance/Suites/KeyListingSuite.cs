using Xunit;

namespace Everturn.Storage.Compliance;

/// <summary>Key listing: by prefix, in order, page by page.</summary>
/// <typeparam name="TSubject">The store under test.</typeparam>
public class KeyListingSuite<TSubject> : StoreSuite<TSubject>
    where TSubject : StoreSubject, new()
{
    /// <summary>Only keys with the prefix are listed, due or not.</summary>
    [Fact]
    public async Task Listing_holds_the_keys_with_the_prefix()
    {
        await CreateAsync(Key("ab"), "x");
        await CreateAsync(Key("abc"), "x", DateTimeOffset.UnixEpoch);
        await CreateAsync(Key("ac"), "x");
        await CreateAsync(Key("b"), "x");
        Assert.Equal([Key("ab"), Key("abc")], await AllKeysAsync(Key("ab")));
        Assert.Equal([Key("abc")], await AllKeysAsync(Key("abc")));
        Assert.Empty(await AllKeysAsync(Key("abcd")));
        Assert.Equal(4, (await AllKeysAsync(Scope)).Count);
    }

    /// <summary>No character of a prefix is a wildcard, and case counts.</summary>
    [Fact]
    public async Task Prefix_is_taken_literally()
    {
        foreach (var id in new[] { "a%c", "abc", "a_c", "a*c", "a[c", "a\\c", "A%C", "a'c", "a\"c" }) await CreateAsync(Key(id), "x");
        foreach (var id in new[] { "a%", "a_", "a*", "a[", "a\\", "A", "a'", "a\"" })
        {
            Assert.Single(await AllKeysAsync(Key(id)));
        }
    }

    /// <summary>An empty prefix lists all keys of all bots.</summary>
    [Fact]
    public async Task Empty_prefix_lists_every_key()
    {
        await CreateAsync(Key("a"), "x");
        await CreateAsync(StoreKey.Create(Scope + "-other", "test", "document", "b"), "x");
        var mine = (await AllKeysAsync("", limit: 1000)).Where(key => key.StartsWith(Scope, StringComparison.Ordinal));
        Assert.Equal([StoreKey.Create(Scope + "-other", "test", "document", "b"), Key("a")], mine.ToArray());
    }

    /// <summary>The order is that of the keys' UTF-8 bytes, not of a culture and not of UTF-16.</summary>
    [Fact]
    public async Task Listing_is_in_order_of_the_keys_bytes()
    {
        var ids = OddKeys.InByteOrder;
        for (var i = ids.Count - 1; i >= 0; i--) await CreateAsync(Key(ids[i]), "x");
        AssertListed(ids, await AllKeysAsync(Scope));
        AssertListed(ids, await AllKeysAsync(Scope, limit: 3));
    }

    /// <summary>Page after page, each key comes once.</summary>
    [Fact]
    public async Task Pages_hold_each_key_once()
    {
        var ids = Enumerable.Range(100, 23).Select(i => $"k{i}").ToList();
        foreach (var id in ids) await CreateAsync(Key(id), "x");
        AssertListed(ids, await AllKeysAsync(Scope, limit: 5));
        AssertListed(ids, await AllKeysAsync(Scope, limit: 1));
    }

    /// <summary>"After" is exclusive, need not exist, and may lie outside the prefix.</summary>
    [Fact]
    public async Task Listing_begins_strictly_after_the_given_key()
    {
        foreach (var id in new[] { "a", "b1", "b3", "c" }) await CreateAsync(Key(id), "x");
        async Task<IReadOnlyList<string>> After(string id) => await Store.ListKeysAsync(Key("b"), Key(id), 10, CancellationToken.None);
        Assert.Equal([Key("b3")], await After("b1"));
        Assert.Equal([Key("b3")], await After("b2"));
        Assert.Equal([Key("b1"), Key("b3")], await After("a"));
        Assert.Empty(await After("b3"));
        Assert.Empty(await After("c"));
    }

    /// <summary>A key added between two pages comes with the next one if it lies ahead; nothing comes twice.</summary>
    [Fact]
    public async Task Pages_go_on_across_changes()
    {
        foreach (var id in new[] { "b", "d", "f" }) await CreateAsync(Key(id), "x");
        var first = await Store.ListKeysAsync(Scope, null, 2, CancellationToken.None);
        await CreateAsync(Key("a"), "x");
        await CreateAsync(Key("e"), "x");
        var second = await Store.ListKeysAsync(Scope, first[^1], 2, CancellationToken.None);
        AssertListed(["b", "d", "e", "f"], [.. first, .. second]);
    }

    /// <summary>A limit below 1 is a mistake of the caller.</summary>
    [Fact]
    public async Task Limit_below_one_is_refused() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await Store.ListKeysAsync(Scope, null, 0, CancellationToken.None));
}
