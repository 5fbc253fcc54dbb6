using System.Net;

namespace Everturn.Storage.AzureBlobs.Tests;

public sealed class DueRecoveryTests
{
    private const int Page = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    private readonly VirtualTime _time = new();

    // The bound that docs/stores.md states: one pass of the sweep, whatever the index does.
    [Fact]
    public async Task Due_document_is_found_within_one_sweep_while_the_tag_index_lags_by_minutes()
    {
        var tags = new LaggingTags(_time, TimeSpan.FromMinutes(10));
        var store = await OpenAsync(tags);
        for (var i = 0; i < 45; i++) await store.CreateAsync($"bot/test/conversation/{i:00}", i % 2 == 0 ? null : _time.Start.AddHours(1));
        await FindAsync(store, TimeSpan.Zero);
        await store.CreateAsync("bot/test/conversation/00-late", _time.GetUtcNow());

        var pages = (46 + Page - 1) / Page;
        var found = await FindAsync(store, (pages + 1) * Pause);

        Assert.Equal(["bot/test/conversation/00-late"], found);
        Assert.True(tags.KeptBack > 0, "The index showed the document at once, so the sweep was not needed.");
    }

    [Fact]
    public async Task Document_that_falls_due_after_the_sweep_passed_it_is_found_when_it_does()
    {
        var store = await OpenAsync(new LaggingTags(_time, TimeSpan.FromMinutes(10)));
        await store.CreateAsync("bot/test/conversation/soon", _time.Start.AddSeconds(3));

        Assert.Empty(await FindAsync(store, TimeSpan.FromSeconds(2)));
        Assert.Equal(["bot/test/conversation/soon"], await FindAsync(store, TimeSpan.FromSeconds(1)));
    }

    // A due far ahead, such as an expiry, is not remembered: a later pass meets it again.
    [Fact]
    public async Task Document_due_far_ahead_is_found_by_a_later_pass()
    {
        var store = await OpenAsync(new LaggingTags(_time, TimeSpan.FromDays(100)));
        await store.CreateAsync("bot/test/conversation/far", _time.Start.AddDays(30));
        Assert.Empty(await FindAsync(store, TimeSpan.FromSeconds(2)));

        _time.Advance(TimeSpan.FromDays(30));
        Assert.Equal(["bot/test/conversation/far"], await FindAsync(store, Pause));
    }

    [Fact]
    public async Task What_the_sweep_remembers_is_looked_up_before_it_is_listed()
    {
        var tags = new LaggingTags(_time, TimeSpan.FromMinutes(10));
        var store = await OpenAsync(tags);
        var etag = await store.CreateAsync("bot/test/conversation/settled", _time.Start.AddSeconds(2));
        var gone = await store.CreateAsync("bot/test/conversation/gone", _time.Start.AddSeconds(2));
        Assert.Empty(await FindAsync(store, TimeSpan.Zero));
        Assert.True((await store.SaveAsync("bot/test/conversation/settled", "{}"u8.ToArray(), etag, null)).IsSaved);
        Assert.True(await store.DeleteAsync("bot/test/conversation/gone", gone));

        Assert.Empty(await FindAsync(store, TimeSpan.FromSeconds(4)));
    }

    [Fact]
    public async Task Sweep_reads_one_page_a_pause_however_often_it_is_asked()
    {
        var tags = new LaggingTags(_time, TimeSpan.Zero);
        var store = await OpenAsync(tags);
        for (var i = 0; i < 25; i++) await store.CreateAsync($"bot/test/conversation/{i:00}");
        tags.Wire.Forget();

        for (var i = 0; i < 60; i++)
        {
            await store.ListDueAsync("bot", _time.GetUtcNow(), null, 10, CancellationToken.None);
            _time.Advance(Round / 2);
        }

        Assert.Equal(60, tags.Wire.Requests.Count(request => request.Address.Contains("where=", StringComparison.Ordinal)));
        Assert.Equal(6, tags.Wire.Requests.Count(request => request.Address.Contains("comp=list", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Due_document_is_found_while_the_tag_index_does_not_answer()
    {
        var tags = new LaggingTags(_time, TimeSpan.Zero);
        var store = await OpenAsync(tags);
        await store.CreateAsync("bot/test/conversation/due", _time.GetUtcNow());
        tags.Wire.Intercept = (request, send) => request.RequestUri!.Query.Contains("where=", StringComparison.Ordinal)
            ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.InternalServerError) { RequestMessage = request, Content = new ByteArrayContent([]) })
            : send();

        Assert.Equal(["bot/test/conversation/due"], await FindAsync(store, TimeSpan.Zero));
    }

    // Or a container of many pages would never be gone through while one page in ten fails.
    [Fact]
    public async Task Sweep_goes_on_where_it_failed()
    {
        var tags = new LaggingTags(_time, TimeSpan.FromMinutes(10));
        var store = await OpenAsync(tags);
        for (var i = 0; i < 25; i++) await store.CreateAsync($"bot/test/conversation/{i:00}");
        await store.CreateAsync("bot/test/conversation/99", _time.GetUtcNow());
        var pass = tags.Wire.Intercept!;
        Assert.Empty(await FindAsync(store, TimeSpan.Zero));
        _time.Advance(Pause);
        tags.Wire.Intercept = (request, send) => request.RequestUri!.Query.Contains("comp=list", StringComparison.Ordinal)
            ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.Forbidden) { RequestMessage = request, Content = new ByteArrayContent([]) })
            : pass(request, send);
        await Assert.ThrowsAsync<AzureBlobStoreException>(() => FindAsync(store, TimeSpan.Zero));
        tags.Wire.Intercept = pass;

        _time.Advance(Pause);
        Assert.Equal(["bot/test/conversation/99"], await FindAsync(store, Pause));
    }

    private async Task<AzureBlobStore> OpenAsync(LaggingTags tags)
    {
        var options = await TestStore.OptionsAsync(tags.Wire);
        options.SweepPage = Page;
        options.SweepPause = Pause;
        return new AzureBlobStore(options, _time);
    }

    // Rounds as the engine makes them, until one finds something or the time is over.
    private async Task<IReadOnlyList<string>> FindAsync(AzureBlobStore store, TimeSpan within)
    {
        var end = _time.Elapsed + within;
        while (true)
        {
            var found = await store.ListDueAsync("bot", _time.GetUtcNow(), null, 64, CancellationToken.None);
            if (found.Count > 0 || _time.Elapsed >= end) return found;
            _time.Advance(Round);
        }
    }
}
