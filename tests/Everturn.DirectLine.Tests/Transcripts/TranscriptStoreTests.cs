using System.Text;
using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.DirectLine.Files;
using Everturn.DirectLine.Streams;
using Everturn.DirectLine.Tests.Running;
using Everturn.DirectLine.Transcripts;
using Everturn.Hosting;
using Everturn.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Everturn.DirectLine.Tests.Transcripts;

public sealed class TranscriptStoreTests
{
    private static readonly ConversationKey Conversation = new("bot", "directline", "c");

    private readonly MemoryStore _documents = new(new Random(1));
    private readonly MovableTime _time = new();

    [Fact]
    public async Task Rows_delivered_again_appear_once_and_keep_their_ids()
    {
        var (channel, transcripts) = Node(_documents);

        var first = await channel.DeliverAsync(Conversation, [Row(1, 0, "a"), Row(1, 1, "b")], CancellationToken.None);
        var again = await Node(_documents).Channel.DeliverAsync(
            Conversation, [Row(1, 0, "a"), Row(1, 1, "b"), Row(2, 0, "c")], CancellationToken.None);

        Assert.Equal(["c|0000001", "c|0000002"], Ids(first));
        Assert.Equal(["c|0000001", "c|0000002", "c|0000003"], Ids(again));
        Assert.Equal(["a", "b", "c"], await TextsAsync(transcripts));
    }

    [Fact]
    public async Task Write_whose_answer_is_lost_is_repeated_without_doubling()
    {
        var store = new TroubledStore(_documents) { LosesAnswersOf = "/transcript/" };
        var (channel, transcripts) = Node(store);

        var lost = await channel.DeliverAsync(Conversation, [Row(1, 0, "a")], CancellationToken.None);
        var repeated = await channel.DeliverAsync(Conversation, [Row(1, 0, "a"), Row(1, 1, "b")], CancellationToken.None);

        Assert.IsType<DeliveryOutcome.Retry>(Assert.Single(lost));
        Assert.Equal(["c|0000001", "c|0000002"], Ids(repeated));
        Assert.Equal(["a", "b"], await TextsAsync(transcripts));
    }

    [Fact]
    public async Task Store_that_is_away_asks_for_another_try()
    {
        var (channel, _) = Node(new TroubledStore(_documents) { IsAway = true });

        Assert.IsType<DeliveryOutcome.Retry>(Assert.Single(await channel.DeliverAsync(Conversation, [Row(1, 0, "a")], CancellationToken.None)));
    }

    [Fact]
    public async Task Conversation_that_is_not_ours_is_rejected()
    {
        var (channel, _) = Node(_documents);

        var outcomes = await channel.DeliverAsync(Conversation with { Id = "../other" }, [Row(1, 0, "a")], CancellationToken.None);

        Assert.IsType<DeliveryOutcome.Rejected>(Assert.Single(outcomes));
        Assert.Empty(await _documents.ListKeysAsync("", null, 10, CancellationToken.None));
    }

    [Fact]
    public async Task Nodes_with_stale_caches_append_one_after_the_other()
    {
        var (first, transcripts) = Node(_documents);
        var (second, _) = Node(_documents);

        for (var revision = 1; revision <= 10; revision++)
        {
            await (revision % 2 == 0 ? first : second).DeliverAsync(Conversation, [Row(revision, 0, $"m{revision}")], CancellationToken.None);
        }

        Assert.Equal(Enumerable.Range(1, 10).Select(i => $"m{i}").ToArray(), await TextsAsync(transcripts));
    }

    [Fact]
    public async Task Time_never_runs_backwards_when_clocks_differ()
    {
        await Node(_documents).Channel.DeliverAsync(Conversation, [Row(1, 0, "a")], CancellationToken.None);
        _time.Offset = TimeSpan.FromMinutes(-5);
        var (channel, transcripts) = Node(_documents);
        await channel.DeliverAsync(Conversation, [Row(2, 0, "b")], CancellationToken.None);

        var entries = await EntriesAsync(transcripts);
        var times = entries.Select(entry => ActivityJson.Read(entry.Activity.Span).GetTimestamp()).ToArray();
        Assert.Equal(times[0], times[1]);
    }

    [Fact]
    public async Task Old_activities_move_to_pages_and_the_oldest_page_is_dropped_beyond_the_limit()
    {
        var (channel, transcripts) = Node(_documents, options => (options.PageBytes, options.MaxPages) = (1024, 3));
        for (var revision = 1; revision <= 60; revision++)
        {
            await channel.DeliverAsync(Conversation, [Row(revision, 0, $"m{revision}")], CancellationToken.None);
        }

        var head = (await transcripts.LoadAsync("c", CancellationToken.None)).Transcript;
        Assert.Equal(3, head.Pages.Length);
        Assert.InRange(head.EntryBytes, 1, 1024 + 512);
        var entries = await EntriesAsync(transcripts);
        Assert.Equal(head.Pages[0].First, entries[0].Sequence);
        Assert.Equal([.. Enumerable.Range((int)entries[0].Sequence, entries.Count).Select(i => (long)i)], entries.Select(entry => entry.Sequence));
        Assert.Equal(60, entries[^1].Sequence);
        Assert.Equal(3, (await _documents.ListKeysAsync("bot/directline/transcript-page/c/", null, 100, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task Page_that_another_node_wrote_first_does_no_harm()
    {
        var store = new TroubledStore(_documents);
        var (channel, transcripts) = Node(store, options => options.PageBytes = 1024);
        for (var revision = 1; revision <= 20; revision++)
        {
            // A lost answer leaves a page behind that the repeat finds.
            store.LosesAnswersOf = revision % 2 == 0 ? "/transcript-page/" : null;
            while ((await channel.DeliverAsync(Conversation, [Row(revision, 0, $"m{revision}")], CancellationToken.None))[0] is DeliveryOutcome.Retry)
            {
                Assert.Null(store.LosesAnswersOf);
            }
        }

        Assert.Equal(Enumerable.Range(1, 20).Select(i => $"m{i}").ToArray(), await TextsAsync(transcripts));
    }

    [Fact]
    public async Task Cache_of_no_size_keeps_nothing_and_all_still_works()
    {
        var (channel, transcripts) = Node(_documents, options => options.CacheBytes = 0);

        await channel.DeliverAsync(Conversation, [Row(1, 0, "a")], CancellationToken.None);
        await channel.DeliverAsync(Conversation, [Row(2, 0, "b")], CancellationToken.None);

        Assert.Equal(["a", "b"], await TextsAsync(transcripts));
    }

    [Theory]
    [InlineData("""{"format":3}""", "ET4024")]
    [InlineData("""{"format":1,"row":"x"}""", "ET4023")]
    [InlineData("""nonsense""", "ET4023")]
    public async Task Document_of_another_format_is_left_alone(string document, string code)
    {
        const string key = "bot/directline/transcript/c";
        await _documents.SaveAsync(key, Encoding.UTF8.GetBytes(document), null, null);
        var (channel, _) = Node(_documents);

        var outcome = Assert.Single(await channel.DeliverAsync(Conversation, [Row(1, 0, "a")], CancellationToken.None));

        Assert.StartsWith(code, Assert.IsType<DeliveryOutcome.Retry>(outcome).Reason, StringComparison.Ordinal);
        Assert.Equal(document, Encoding.UTF8.GetString((await _documents.LoadAsync(key, CancellationToken.None))!.Content.Span));
    }

    [Fact]
    public async Task Row_from_before_an_erasure_is_not_shown_again()
    {
        var (channel, transcripts) = Node(_documents);
        await channel.DeliverAsync(Conversation, [Row(1, 0, "a"), Row(2, 0, "b")], CancellationToken.None);

        await channel.EraseAsync(Conversation, CancellationToken.None);
        await Node(_documents).Channel.DeliverAsync(Conversation, [Row(1, 0, "a"), Row(2, 0, "b"), Row(3, 0, "c")], CancellationToken.None);

        Assert.Equal(["c"], await TextsAsync(transcripts));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    public async Task Erasure_works_however_full_the_head_is(int revisions)
    {
        var (channel, transcripts) = Node(_documents, options => options.PageBytes = 1024);
        for (var revision = 1; revision <= revisions || (await HeadAsync(transcripts)).EntryBytes < 1024; revision++)
        {
            await channel.DeliverAsync(Conversation, [Row(revision, 0, $"m{revision}")], CancellationToken.None);
        }

        await channel.EraseAsync(Conversation, CancellationToken.None);

        Assert.Empty(await TextsAsync(transcripts));
        Assert.Empty(await _documents.ListKeysAsync("bot/directline/transcript-page/", null, 10, CancellationToken.None));
    }

    [Fact]
    public async Task Words_of_one_user_go_from_head_and_pages_and_the_others_keep_theirs_and_their_numbers()
    {
        var (channel, transcripts) = Node(_documents, options => options.PageBytes = 1024);
        var (stale, other) = Node(_documents, options => options.PageBytes = 1024);
        for (var revision = 1; revision <= 40; revision++)
        {
            await channel.DeliverAsync(Conversation, [Row(revision, 0, $"m{revision}", from: revision % 3 == 0 ? "ada" : "bot")], CancellationToken.None);
            await other.LoadRecentAsync("c", CancellationToken.None);
        }

        Assert.True((await HeadAsync(transcripts)).Pages.Length > 2);
        await channel.EraseMemberAsync(Conversation, "ada", CancellationToken.None);
        // A node that has seen nothing of it goes on.
        for (var revision = 41; revision <= 60; revision++)
        {
            await stale.DeliverAsync(Conversation, [Row(revision, 0, $"m{revision}")], CancellationToken.None);
        }

        var expected = Enumerable.Range(1, 60).Where(revision => revision > 40 || revision % 3 != 0).ToArray();
        Assert.Equal(expected.Select(revision => $"m{revision}").ToArray(), await TextsAsync(transcripts));
        Assert.Equal(expected.Select(revision => (long)revision), (await EntriesAsync(transcripts)).Select(entry => entry.Sequence));
        Assert.Equal("transcript", (await channel.ExportAsync(Conversation, "bot", CancellationToken.None).SingleAsync()).Kind);
        Assert.Empty(await channel.ExportAsync(Conversation, "ada", CancellationToken.None).ToListAsync());
    }

    [Fact]
    public async Task Page_that_a_node_left_behind_before_an_erasure_does_not_bring_the_words_back()
    {
        var store = new TroubledStore(_documents);
        var (channel, transcripts) = Node(store, options => options.PageBytes = 1024);
        var revision = 0;
        while ((await HeadAsync(transcripts)).EntryBytes < 1024)
        {
            revision++;
            await channel.DeliverAsync(Conversation, [Row(revision, 0, $"m{revision}", from: revision == 2 ? "ada" : "bot")], CancellationToken.None);
        }

        // The page is written, and its writer does not come to write the head.
        var head = await HeadAsync(transcripts);
        var pages = new TranscriptPages(_documents, new EverturnOptions { Bot = "bot" });
        var archived = head.Entries[..^1];
        await transcripts.EraseMemberAsync("c", "ada", CancellationToken.None);
        await pages.KeepAsync("c", new(archived[0].Sequence, archived[^1].Sequence), archived);
        await pages.KeepAsync("c", new(archived[0].Sequence, archived[^1].Sequence), archived.RemoveAll(entry => entry.IsFrom("ada")));
        await pages.KeepAsync("c", new(archived[0].Sequence, archived[^1].Sequence), archived);

        var page = await _documents.LoadAsync(pages.KeyOf("c", new(archived[0].Sequence, archived[^1].Sequence)), CancellationToken.None);
        Assert.DoesNotContain(TranscriptFormat.ReadPage(page!.Content), entry => entry.IsFrom("ada"));
    }

    [Fact]
    public async Task Transcript_in_a_store_that_encrypts_is_not_to_be_read_there()
    {
        var (channel, transcripts) = Node(_documents.ProtectedBy(new Mirror()));

        await channel.DeliverAsync(Conversation, [Row(1, 0, "secret")], CancellationToken.None);

        Assert.Equal(["secret"], await TextsAsync(transcripts));
        var stored = Encoding.UTF8.GetString((await _documents.LoadAsync("bot/directline/transcript/c", CancellationToken.None))!.Content.Span);
        Assert.StartsWith("{\"protected\":", stored, StringComparison.Ordinal);
        var outcome = Assert.Single(await Node(_documents).Channel.DeliverAsync(Conversation, [Row(2, 0, "b")], CancellationToken.None));
        Assert.IsType<DeliveryOutcome.Retry>(outcome);
    }

    private static async Task<Transcript> HeadAsync(TranscriptStore transcripts) => (await transcripts.LoadAsync("c", CancellationToken.None)).Transcript;

    private (DirectLineChannel Channel, TranscriptStore Transcripts) Node(IStore store, Action<DirectLineOptions>? configure = null)
    {
        var options = new DirectLineOptions();
        configure?.Invoke(options);
        var node = Options.Create(new EverturnOptions { Bot = "bot", Node = "local-1" });
        var transcripts = new TranscriptStore(store, node, Options.Create(options), _time, NullLogger<TranscriptStore>.Instance);
        var live = new LiveConversations(transcripts, Options.Create(options), _time, NullLogger<LiveConversations>.Instance);
        return (new(transcripts, new FileStore(store, node, Options.Create(options)), live, node, _time), transcripts);
    }

    private static OutboxRow Row(long revision, int index, string text, string from = "bot") => new(
        new(revision, index), ActivityJson.Write(new() { Type = "message", Text = text, From = new() { Id = from } }), "local-1", IsEcho: false);

    private static string[] Ids(IReadOnlyList<DeliveryOutcome> outcomes) =>
        [.. outcomes.Select(outcome => Assert.IsType<DeliveryOutcome.Delivered>(outcome).ActivityId!)];

    private static async Task<IReadOnlyList<TranscriptEntry>> EntriesAsync(TranscriptStore transcripts)
    {
        var head = (await transcripts.LoadAsync("c", CancellationToken.None)).Transcript;
        return [.. (await transcripts.ReadAfterAsync("c", head, 0, int.MaxValue, int.MaxValue, CancellationToken.None)).Shown.Select(shown => shown.Entry)];
    }

    private static async Task<string[]> TextsAsync(TranscriptStore transcripts) =>
        [.. (await EntriesAsync(transcripts)).Select(entry => ActivityJson.Read(entry.Activity.Span).Text!)];

    /// <summary>Stands for an encryption: the bytes are turned over.</summary>
    private sealed class Mirror : IRecordProtector
    {
        public byte[] Protect(string key, ReadOnlySpan<byte> content)
        {
            var turned = content.ToArray();
            Array.Reverse(turned);
            return turned;
        }

        public byte[] Unprotect(string key, ReadOnlySpan<byte> content) => Protect(key, content);
    }
}
