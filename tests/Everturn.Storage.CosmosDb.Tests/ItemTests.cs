using System.Text;
using System.Text.Json;
using Everturn.Storage.CosmosDb.Items;

namespace Everturn.Storage.CosmosDb.Tests;

public sealed class ItemTests
{
    [Fact]
    public async Task Only_a_document_that_is_given_a_time_expires()
    {
        var options = await CosmosDbServer.OptionsAsync();
        using var store = new CosmosDbStore(options);
        await store.SaveAsync("a/b/c/stays", "{}"u8.ToArray(), null, null);
        await store.SaveAsync("a/b/c/goes", "{}"u8.ToArray(), null, null, TimeSpan.FromHours(24));
        using var stays = await RawAsync(options, "a-2Fb-2Fc-2Fstays");
        using var goes = await RawAsync(options, "a-2Fb-2Fc-2Fgoes");
        Assert.False(stays.RootElement.TryGetProperty("ttl", out _));
        Assert.Equal(86_400, goes.RootElement.GetProperty("ttl").GetInt32());
    }

    // A tombstone that is written over comes to life for good.
    [Fact]
    public async Task Save_without_a_time_takes_the_expiry_away()
    {
        var options = await CosmosDbServer.OptionsAsync();
        using var store = new CosmosDbStore(options);
        var tombstone = await store.SaveAsync("a/b/c/d", "{}"u8.ToArray(), null, null, TimeSpan.FromHours(24));
        await store.SaveAsync("a/b/c/d", "{}"u8.ToArray(), tombstone.ETag, null);
        using var raw = await RawAsync(options, "a-2Fb-2Fc-2Fd");
        Assert.False(raw.RootElement.TryGetProperty("ttl", out _));
    }

    [Fact]
    public async Task Largest_item_is_within_cosmos_dbs_limit_and_is_taken()
    {
        using var store = await CosmosDbServer.OpenAsync();
        var key = "bot/" + new string('/', 1000);
        Assert.NotNull(KeyName.Head(ItemId.Of(key)));
        var room = Item.MaxBytes - Item.Write(ItemId.Of(key), key, ItemVersion.NewStamp(), default, DateTimeOffset.MaxValue, null).Length;
        var content = new byte[room / 4 * 3];
        Array.Fill(content, (byte)'1');
        Assert.True((await store.SaveAsync(key, content, null, DateTimeOffset.MaxValue)).IsSaved);
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.SaveAsync(key, new byte[content.Length + 3], null, DateTimeOffset.MaxValue));
    }

    // Keys whose ids are cut have their heads in common, and their hashes are in no order.
    [Fact]
    public async Task Keys_with_cut_ids_are_listed_in_order_among_the_others()
    {
        using var store = await CosmosDbServer.OpenAsync();
        var common = "bot/test/document/" + new string('k', 400) + new string('/', 180);
        string[] keys = ["bot/test/document/" + new string('k', 399), common[..^60], common[..^1], .. Enumerable.Range(10, 30).Select(i => $"{common}{new string('/', 20)}{i}"), common + "0", common + "z"];
        foreach (var key in keys) await store.SaveAsync(key, "{}"u8.ToArray(), null, DateTimeOffset.UnixEpoch);
        var expected = keys.OrderBy(Encoding.UTF8.GetBytes, Comparer<byte[]>.Create((x, y) => x.AsSpan().SequenceCompareTo(y))).ToArray();

        Assert.Equal(expected, await store.ListKeysAsync("bot/", null, 1000, CancellationToken.None));
        var paged = new List<string>();
        for (var page = await store.ListKeysAsync("bot/", null, 7, CancellationToken.None);
             page.Count > 0;
             page = await store.ListKeysAsync("bot/", page[^1], 7, CancellationToken.None))
        {
            paged.AddRange(page);
        }

        Assert.Equal(expected, paged);
        Assert.Equal(expected, await store.ListDueAsync("bot", DateTimeOffset.UnixEpoch, null, 1000, CancellationToken.None));
    }

    private static async Task<JsonDocument> RawAsync(CosmosDbStoreOptions options, string id)
    {
        using var client = OpeningTests.Client(options);
        using var answer = await client.GetContainer(options.Database, options.Container).ReadItemStreamAsync(id, new(id));
        Assert.True(answer.IsSuccessStatusCode, answer.ErrorMessage);
        return await JsonDocument.ParseAsync(answer.Content);
    }
}
