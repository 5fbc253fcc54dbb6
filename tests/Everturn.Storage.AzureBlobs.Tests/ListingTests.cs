using System.Text;
using Everturn.Storage.AzureBlobs.Blobs;
using Everturn.Storage.Servers;

namespace Everturn.Storage.AzureBlobs.Tests;

public sealed class ListingTests
{
    // Keys whose names are cut have their heads in common, and their hashes are in no order.
    [Fact]
    public async Task Keys_with_cut_names_are_listed_in_order_among_the_others()
    {
        var store = await TestStore.OpenAsync();
        var common = "bot/test/document/" + new string('k', 400) + new string('/', 180);
        string[] keys = ["bot/test/document/" + new string('k', 399), common[..^60], common[..^1], .. Enumerable.Range(10, 30).Select(i => $"{common}{new string('/', 20)}{i}"), common + "0", common + "z"];
        foreach (var key in keys) await store.CreateAsync(key, DateTimeOffset.UnixEpoch);
        var expected = keys.OrderBy(Encoding.UTF8.GetBytes, Comparer<byte[]>.Create((x, y) => x.AsSpan().SequenceCompareTo(y))).ToArray();
        Assert.True(keys.Count(key => KeyName.Head(BlobName.Of(key)) is not null) > 20);

        Assert.Equal(expected, await store.ListKeysAsync("bot/", null, 1000, CancellationToken.None));
        Assert.Equal(expected, await PagesAsync(store, "bot/", 7));
        Assert.Equal(expected.Where(key => key.StartsWith(common + "/////", StringComparison.Ordinal)), await PagesAsync(store, common + "/////", 4));
        Assert.Equal(expected, await store.ListDueAsync("bot", DateTimeOffset.UnixEpoch, null, 1000, CancellationToken.None));
    }

    [Fact]
    public async Task Listing_that_goes_on_does_not_begin_again()
    {
        var wire = new Wire();
        var store = await TestStore.OpenAsync(wire);
        for (var i = 0; i < 350; i++) await store.CreateAsync($"bot/test/document/{i:000}");
        var pages = new List<int>();
        string? after = null;
        while (true)
        {
            wire.Forget();
            var page = await store.ListKeysAsync("bot/", after, 100, CancellationToken.None);
            pages.Add(wire.Requests.Count);
            if (page.Count == 0) break;
            after = page[^1];
        }

        Assert.Equal(5, pages.Count);
        Assert.All(pages, requests => Assert.InRange(requests, 1, 2));
    }

    [Fact]
    public async Task Blobs_of_other_programs_are_passed_over()
    {
        var store = await TestStore.OpenAsync();
        await store.CreateAsync("bot/test/document/ours");
        var container = new Azure.Storage.Blobs.BlobContainerClient(await Azurite.ConnectionAsync(), store.Container.Segments[^1]);
        foreach (var name in new[] { "a b", "bot-2f", "bot-2Fx-2", "~FF", "x!y", new string('x', 959) + "!" + new string('0', 64) })
        {
            await container.UploadBlobAsync(name, new BinaryData("theirs"));
        }

        Assert.Equal(["bot/test/document/ours"], await store.ListKeysAsync("", null, 100, CancellationToken.None));
        Assert.Empty(await store.ListDueAsync("bot", DateTimeOffset.MaxValue, null, 100, CancellationToken.None));
    }

    private static async Task<List<string>> PagesAsync(AzureBlobStore store, string prefix, int limit)
    {
        var keys = new List<string>();
        for (var page = await store.ListKeysAsync(prefix, null, limit, CancellationToken.None);
             page.Count > 0;
             page = await store.ListKeysAsync(prefix, page[^1], limit, CancellationToken.None))
        {
            keys.AddRange(page);
        }

        return keys;
    }
}
