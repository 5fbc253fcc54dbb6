using System.Runtime.InteropServices;
using Xunit;

namespace Everturn.Storage.Compliance;

/// <summary>Loading and saving: what was saved is loaded, and nobody's buffer is shared.</summary>
/// <typeparam name="TSubject">The store under test.</typeparam>
public class LoadAndSaveSuite<TSubject> : StoreSuite<TSubject>
    where TSubject : StoreSubject, new()
{
    /// <summary>No document is null, not an empty one.</summary>
    [Fact]
    public async Task Missing_document_loads_as_null() => await AssertMissingAsync(Key("missing"));

    /// <summary>A created document has its bytes and the ETag that its save returned.</summary>
    [Fact]
    public async Task Created_document_loads_with_its_bytes_and_etag()
    {
        var etag = await CreateAsync(Key("a"), "one");
        await AssertStoredAsync(Key("a"), "one", etag);
    }

    /// <summary>An update replaces bytes and ETag together.</summary>
    [Fact]
    public async Task Updated_document_loads_with_its_new_bytes_and_etag()
    {
        var first = await CreateAsync(Key("a"), "one, which is longer than what follows");
        var second = await SaveAsync(Key("a"), "two", first);
        Assert.NotEqual(first, second);
        await AssertStoredAsync(Key("a"), "two", second);
    }

    /// <summary>Loading changes nothing.</summary>
    [Fact]
    public async Task Document_loaded_twice_is_the_same()
    {
        var etag = await CreateAsync(Key("a"), "one");
        await AssertStoredAsync(Key("a"), "one", etag);
        await AssertStoredAsync(Key("a"), "one", etag);
    }

    /// <summary>Documents under different keys are different documents.</summary>
    [Fact]
    public async Task Document_saved_under_one_key_leaves_the_others_alone()
    {
        var a = await CreateAsync(Key("a"), "a");
        var b = await CreateAsync(Key("b"), "b");
        var b2 = await SaveAsync(Key("b"), "b2", b);
        await AssertStoredAsync(Key("a"), "a", a);
        await AssertStoredAsync(Key("b"), "b2", b2);
    }

    /// <summary>The store may keep the caller's buffer until the save ends, and no longer.</summary>
    [Fact]
    public async Task Saved_bytes_do_not_follow_the_callers_buffer()
    {
        var buffer = Json("one");
        var saved = await Store.SaveAsync(Key("a"), buffer, null, null);
        Array.Fill(buffer, (byte)'x');
        await AssertStoredAsync(Key("a"), "one", saved.ETag!.Value);
    }

    /// <summary>A reader that scribbles over what it loaded harms nobody else.</summary>
    [Fact]
    public async Task Loaded_bytes_are_not_shared_with_the_next_reader()
    {
        var etag = await CreateAsync(Key("a"), "one");
        var loaded = await LoadAsync(Key("a"));
        if (MemoryMarshal.TryGetArray(loaded.Content, out var bytes)) bytes.AsSpan().Fill((byte)'x');
        await AssertStoredAsync(Key("a"), "one", etag);
    }

    /// <summary>What one handle saved, every other handle loads at once.</summary>
    [Fact]
    public async Task Saved_document_is_seen_by_another_handle_at_once()
    {
        var other = await OpenAsync();
        var etag = await CreateAsync(Key("a"), "one");
        await AssertStoredAsync(Key("a"), "one", etag, other);
        var second = await SaveAsync(Key("a"), "two", etag);
        await AssertStoredAsync(Key("a"), "two", second, other);
    }

    /// <summary>A load whose caller no longer wants it ends as cancelled.</summary>
    [Fact]
    public async Task Load_with_a_cancelled_token_is_cancelled() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Store.LoadAsync(Key("a"), new CancellationToken(canceled: true)));
}
