using System.Text;
using Xunit;

namespace Everturn.Storage.Compliance;

/// <summary>Keys and contents: every valid key is its own document, and bytes come back as they went.</summary>
/// <typeparam name="TSubject">The store under test.</typeparam>
public class KeysAndContentsSuite<TSubject> : StoreSuite<TSubject>
    where TSubject : StoreSubject, new()
{
    /// <summary>No two keys are the same document: not by case, normalization, trailing blanks or escaping.</summary>
    [Fact]
    public async Task Odd_keys_are_documents_of_their_own()
    {
        var etags = new Dictionary<string, ETag>(StringComparer.Ordinal);
        foreach (var id in OddKeys.InByteOrder) etags[id] = await CreateAsync(Key(id), $"{id.Length}");
        foreach (var (id, etag) in etags) await AssertStoredAsync(Key(id), $"{id.Length}", etag);
        foreach (var (id, etag) in etags) Assert.True(await Store.DeleteAsync(Key(id), etag), $"'{id}' was not deleted.");
        Assert.Empty(await AllKeysAsync(Scope));
    }

    /// <summary>Keys of the greatest length differ in their last byte too.</summary>
    [Fact]
    public async Task Longest_keys_are_told_apart()
    {
        var room = StoreKey.MaxBytes - Encoding.UTF8.GetByteCount(Key("x"));
        var (a, b) = (Key(new string('k', room) + "a"), Key(new string('k', room) + "b"));
        var (etagA, etagB) = (await CreateAsync(a, "a", DateTimeOffset.UnixEpoch), await CreateAsync(b, "b"));
        await AssertStoredAsync(a, "a", etagA);
        await AssertStoredAsync(b, "b", etagB);
        Assert.Equal([a, b], await AllKeysAsync(Scope));
        Assert.Equal([a], await AllDueAsync(DateTimeOffset.UnixEpoch));
    }

    /// <summary>The limit counts UTF-8 bytes: 256 four-byte characters may stand in a key.</summary>
    [Fact]
    public async Task Longest_key_of_four_byte_characters_is_kept()
    {
        var room = (StoreKey.MaxBytes - Encoding.UTF8.GetByteCount(Key("x")) + 1) / 4;
        var key = Key(string.Concat(Enumerable.Repeat("\U0001f355", room)));
        var etag = await CreateAsync(key, "x");
        await AssertStoredAsync(key, "x", etag);
        Assert.Equal([key], await AllKeysAsync(Scope));
    }

    /// <summary>An invalid key is a mistake of the caller, whatever it asks for; it never aliases a valid one.</summary>
    [Fact]
    public async Task Invalid_keys_are_refused()
    {
        foreach (var key in new[] { "", "a/b/c/nul\0", "a/b/c/\ud800", "a/b/c/\udc00x", "a/b/c/" + new string('x', StoreKey.MaxBytes) })
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.SaveAsync(key, Json("x"), null, null));
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.LoadAsync(key, CancellationToken.None));
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.DeleteAsync(key, new ETag("x")));
        }
    }

    /// <summary>The store moves bytes: it neither reads nor tidies JSON.</summary>
    [Fact]
    public async Task Contents_come_back_byte_by_byte()
    {
        string[] contents =
        [
            "{}", "null", "0", "\"\"", " {\r\n\t\"b\" : 1.0e+05,\n \"a\" : 1.50 } \n", """{"a":1,"a":2}""", """{"\u0061":"\ud83c\udf55\/","b":"\u0000"}""",
            """{"when":"2024-01-01T00:00:00.1234567+05:30"}""", "{\"pizza\":\"\U0001f355 é e\u0301 \uffff\"}", "\ufeff{}", """{"n":123456789012345678901234567890}""",
        ];
        ETag? etag = null;
        foreach (var content in contents)
        {
            var bytes = Encoding.UTF8.GetBytes(content);
            var saved = await Store.SaveAsync(Key("a"), bytes, etag, null);
            etag = saved.ETag;
            Assert.Equal(bytes, (await LoadAsync(Key("a"))).Content.ToArray());
        }
    }

    /// <summary>A record of the largest allowed size and sizes around powers of two come back whole.</summary>
    [Fact]
    public async Task Large_contents_come_back_whole()
    {
        ETag? etag = null;
        foreach (var size in new[] { 4095, 4096, 4097, 65_535, 65_536, 1 << 20, Subject.LargestContent, 10 })
        {
            var bytes = Letters(size);
            var saved = await Store.SaveAsync(Key("a"), bytes, etag, null);
            Assert.True(saved.IsSaved);
            etag = saved.ETag;
            var loaded = await LoadAsync(Key("a"));
            Assert.True(bytes.AsSpan().SequenceEqual(loaded.Content.Span), $"{size:N0} bytes came back as {loaded.Content.Length:N0} or changed.");
            Assert.Equal(etag, loaded.ETag);
        }
    }

    // A JSON string that no store can shrink to a few bytes.
    private static byte[] Letters(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        foreach (ref var letter in bytes.AsSpan()) letter = (byte)('a' + (letter & 15));
        bytes[0] = bytes[^1] = (byte)'"';
        return bytes;
    }
}
