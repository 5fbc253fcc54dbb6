using Xunit;

namespace Everturn.Storage.Compliance;

/// <summary>Conditional writes: a save takes effect on exactly the version it names, and ETags never repeat.</summary>
/// <typeparam name="TSubject">The store under test.</typeparam>
public class ConditionalWriteSuite<TSubject> : StoreSuite<TSubject>
    where TSubject : StoreSubject, new()
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>"Expected none" means "must not exist yet", never "overwrite".</summary>
    [Fact]
    public async Task Create_of_an_existing_document_is_refused()
    {
        var etag = await CreateAsync(Key("a"), "one");
        Assert.False((await Store.SaveAsync(Key("a"), Json("two"), null, null)).IsSaved);
        await AssertStoredAsync(Key("a"), "one", etag);
    }

    /// <summary>A stale version is refused, and bytes and ETag stay as they were.</summary>
    [Fact]
    public async Task Update_with_a_stale_etag_is_refused()
    {
        var first = await CreateAsync(Key("a"), "one");
        var second = await SaveAsync(Key("a"), "two", first);
        Assert.False((await Store.SaveAsync(Key("a"), Json("three"), first, null)).IsSaved);
        await AssertStoredAsync(Key("a"), "two", second);
    }

    /// <summary>A refused write leaves the due alone as well.</summary>
    [Fact]
    public async Task Refused_write_leaves_the_due_as_it_was()
    {
        var first = await CreateAsync(Key("a"), "one");
        await SaveAsync(Key("a"), "two", first, Noon);
        await Store.SaveAsync(Key("a"), Json("three"), first, Noon.AddHours(2));
        await Store.SaveAsync(Key("a"), Json("four"), null, null);
        Assert.Equal([Key("a")], await AllDueAsync(Noon));
    }

    /// <summary>An update never creates.</summary>
    [Fact]
    public async Task Update_of_a_missing_document_is_refused()
    {
        var etag = await CreateAsync(Key("other"), "one");
        Assert.False((await Store.SaveAsync(Key("a"), Json("two"), etag, null)).IsSaved);
        await AssertMissingAsync(Key("a"));
    }

    /// <summary>A deleted document is not there to be updated.</summary>
    [Fact]
    public async Task Update_of_a_deleted_document_is_refused()
    {
        var etag = await CreateAsync(Key("a"), "one");
        Assert.True(await Store.DeleteAsync(Key("a"), etag));
        Assert.False((await Store.SaveAsync(Key("a"), Json("two"), etag, null)).IsSaved);
        await AssertMissingAsync(Key("a"));
    }

    /// <summary>A version counts for its own document alone.</summary>
    [Fact]
    public async Task Update_with_the_etag_of_another_document_is_refused()
    {
        var a = await CreateAsync(Key("a"), "same");
        var b = await CreateAsync(Key("b"), "same");
        Assert.NotEqual(a, b);
        Assert.False((await Store.SaveAsync(Key("a"), Json("two"), b, null)).IsSaved);
        await AssertStoredAsync(Key("a"), "same", a);
    }

    /// <summary>An ETag that the store never gave out is a failed precondition, not an error.</summary>
    [Fact]
    public async Task Update_with_an_etag_of_a_foreign_shape_is_refused()
    {
        var etag = await CreateAsync(Key("a"), "one");
        foreach (var foreign in new[] { "", "*", "0", "\"quoted\"", "it's", new string('f', 300), etag.Value + " ", etag.Value[..^1] })
        {
            Assert.False((await Store.SaveAsync(Key("a"), Json("two"), new ETag(foreign), null)).IsSaved, $"'{foreign}' was accepted.");
        }

        await AssertStoredAsync(Key("a"), "one", etag);
    }

    /// <summary>A document that was deleted and created again is a new one: its former versions are stale.</summary>
    [Fact]
    public async Task Update_with_an_etag_from_before_a_recreation_is_refused()
    {
        var before = await CreateAsync(Key("a"), "same");
        await Store.DeleteAsync(Key("a"), before);
        var after = await CreateAsync(Key("a"), "same");
        Assert.NotEqual(before, after);
        Assert.False((await Store.SaveAsync(Key("a"), Json("two"), before, null)).IsSaved);
        await AssertStoredAsync(Key("a"), "same", after);
    }

    /// <summary>Saving the same bytes makes a new version all the same, or a writer that lost would believe it had won.</summary>
    [Fact]
    public async Task Save_of_equal_bytes_makes_a_new_etag()
    {
        var first = await CreateAsync(Key("a"), "same");
        var second = await SaveAsync(Key("a"), "same", first);
        Assert.NotEqual(first, second);
        Assert.False((await Store.SaveAsync(Key("a"), Json("same"), first, null)).IsSaved);
    }

    /// <summary>No ETag comes twice: not over updates, not over keys, not after a deletion.</summary>
    [Fact]
    public async Task Etags_never_repeat()
    {
        var seen = new HashSet<ETag>();
        foreach (var key in new[] { Key("a"), Key("b") })
        {
            for (var life = 0; life < 4; life++)
            {
                ETag? etag = null;
                for (var save = 0; save < 6; save++)
                {
                    etag = await SaveAsync(key, "same", etag);
                    Assert.True(seen.Add(etag.Value), $"'{key}', life {life}, save {save}: the ETag {etag} had been given before.");
                }

                Assert.True(await Store.DeleteAsync(key, etag!.Value));
            }
        }
    }
}
