using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Xunit;

namespace Everturn.Storage.Compliance;

/// <summary>Races: many writers and readers at once, through two handles as two nodes would.</summary>
/// <typeparam name="TSubject">The store under test.</typeparam>
public class RaceSuite<TSubject> : StoreSuite<TSubject>
    where TSubject : StoreSubject, new()
{
    /// <summary>Of many creates at once exactly one takes effect, and its document is the one that stays.</summary>
    [Fact]
    public async Task Concurrent_creates_have_one_winner()
    {
        var other = await OpenAsync();
        for (var round = 0; round < 10; round++)
        {
            var key = Key($"round-{round}");
            var results = await AtOnceAsync(16, async i => await Handle(i, other).SaveAsync(key, Json($"writer {i}"), null, null));
            var winner = Assert.Single(Enumerable.Range(0, results.Length), i => results[i].IsSaved);
            await AssertStoredAsync(key, $"writer {winner}", results[winner].ETag!.Value);
        }
    }

    /// <summary>Of many updates of one version exactly one takes effect.</summary>
    [Fact]
    public async Task Concurrent_updates_of_one_version_have_one_winner()
    {
        var other = await OpenAsync();
        var etag = await CreateAsync(Key("a"), "start");
        for (var round = 0; round < 10; round++)
        {
            var results = await AtOnceAsync(16, async i => await Handle(i, other).SaveAsync(Key("a"), Json($"writer {i}"), etag, null));
            var winner = Assert.Single(Enumerable.Range(0, results.Length), i => results[i].IsSaved);
            etag = results[winner].ETag!.Value;
            await AssertStoredAsync(Key("a"), $"writer {winner}", etag);
        }
    }

    /// <summary>Writers that load, add one and save under If-Match lose nothing.</summary>
    [Fact]
    public async Task Concurrent_increments_lose_nothing()
    {
        const int Writers = 8, Each = 12;
        var other = await OpenAsync();
        await Store.SaveAsync(Key("counter"), "0"u8.ToArray(), null, null);
        await AtOnceAsync(Writers, async i =>
        {
            var store = Handle(i, other);
            for (var done = 0; done < Each;)
            {
                var current = await LoadAsync(Key("counter"), store);
                var next = int.Parse(current.Content.Span, CultureInfo.InvariantCulture) + 1;
                var saved = await store.SaveAsync(Key("counter"), Encoding.UTF8.GetBytes($"{next}"), current.ETag, null);
                if (saved.IsSaved) done++;
            }

            return true;
        });
        Assert.Equal($"{Writers * Each}", Encoding.UTF8.GetString((await LoadAsync(Key("counter"))).Content.Span));
    }

    /// <summary>A reader never gets the bytes of one version with the ETag of another.</summary>
    [Fact]
    public async Task Content_and_etag_belong_together_under_concurrent_reads()
    {
        var other = await OpenAsync();
        var written = new ConcurrentDictionary<ETag, string>();
        var read = new ConcurrentBag<(ETag ETag, string Content)>();
        var etag = await CreateAsync(Key("a"), "0");
        written[etag] = Encoding.UTF8.GetString(Json("0"));
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(i => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                var document = await LoadAsync(Key("a"), Handle(i, other));
                read.Add((document.ETag, Encoding.UTF8.GetString(document.Content.Span)));
                await Task.Yield();
            }
        })).ToArray();
        for (var i = 1; i <= 100 || (read.Count < 500 && i < 100_000); i++)
        {
            await Task.Yield();
            // Lengths differ, so that torn content shows as well.
            var text = string.Concat(Enumerable.Repeat($"{i}.", 1 + (i % 7 * 300)));
            etag = await SaveAsync(Key("a"), text, etag);
            written[etag] = Encoding.UTF8.GetString(Json(text));
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);
        Assert.NotEmpty(read);
        Assert.All(read, pair => Assert.Equal(written[pair.ETag], pair.Content));
    }

    /// <summary>Writers of different documents do not get in each other's way, and all are answered with their own version.</summary>
    [Fact]
    public async Task Concurrent_saves_of_different_documents_all_take_effect()
    {
        var other = await OpenAsync();
        var results = await AtOnceAsync(64, async i => await Handle(i, other).SaveAsync(Key($"{i:00}"), Json($"{i}"), null, null));
        for (var i = 0; i < results.Length; i++)
        {
            Assert.True(results[i].IsSaved);
            await AssertStoredAsync(Key($"{i:00}"), $"{i}", results[i].ETag!.Value);
        }
    }

    /// <summary>A refusal among many saves at once is the refused one's alone.</summary>
    [Fact]
    public async Task Concurrent_saves_are_answered_each_for_itself()
    {
        var etags = new ETag[32];
        for (var i = 0; i < etags.Length; i++) etags[i] = await CreateAsync(Key($"{i:00}"), "old");
        var results = await AtOnceAsync(etags.Length, async i =>
            await Store.SaveAsync(Key($"{i:00}"), Json("new"), i % 2 == 0 ? etags[i] : new ETag("stale"), null));
        for (var i = 0; i < results.Length; i++)
        {
            Assert.Equal(i % 2 == 0, results[i].IsSaved);
            await AssertStoredAsync(Key($"{i:00}"), i % 2 == 0 ? "new" : "old", results[i].ETag ?? etags[i]);
        }
    }

    /// <summary>Of a delete and an update of the same version exactly one takes effect.</summary>
    [Fact]
    public async Task Concurrent_delete_and_update_have_one_winner()
    {
        var other = await OpenAsync();
        for (var round = 0; round < 20; round++)
        {
            var key = Key($"round-{round}");
            var etag = await CreateAsync(key, "start");
            // Which of the two the thread pool starts first is its habit; so they take turns.
            var deleter = round % 2;
            var won = await AtOnceAsync(2, async i => i == deleter
                ? await Store.DeleteAsync(key, etag)
                : (await other.SaveAsync(key, Json("updated"), etag, null)).IsSaved);
            Assert.True(won[0] != won[1], $"Round {round}: deleted {won[deleter]}, updated {won[1 - deleter]}.");
            Assert.Equal(won[1 - deleter], await Store.LoadAsync(key, CancellationToken.None) is not null);
        }
    }

    private IStore Handle(int i, IStore other) => i % 2 == 0 ? Store : other;
}
