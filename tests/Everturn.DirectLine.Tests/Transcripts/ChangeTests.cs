using System.Globalization;
using System.Text.Json;
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

/// <summary>Updates and deletions in transcripts: newest part and pages, one node and several.</summary>
public sealed class ChangeTests
{
    private static readonly ConversationKey Conversation = new("bot", "directline", "c");

    private readonly MemoryStore _documents = new(new Random(1));
    private readonly MovableTime _time = new();

    [Fact]
    public async Task Updated_activity_stands_in_its_old_place_with_its_id_number_and_time()
    {
        var (channel, transcripts) = Node(_documents);
        await DeliverAsync(channel, Send(1, 0, "a", replyTo: "c|mine"), Send(1, 1, "b"));
        var before = (await ReadAsync(transcripts)).Shown[0].Entry.Activity;
        _time.Offset = TimeSpan.FromMinutes(1);

        await DeliverAsync(channel, Update(2, 0, new(1, 0), "a2"));

        var reading = await ReadAsync(transcripts);
        Assert.Equal(["a2", "b"], Texts(reading));
        Assert.Equal(3, reading.Watermark);
        var (was, now) = (Json(before), Json(reading.Shown[0].Entry.Activity));
        foreach (var member in new[] { "id", "timestamp", "replyToId", "type" })
        {
            Assert.Equal(was.GetProperty(member).GetString(), now.GetProperty(member).GetString());
        }

        Assert.Equal("""{"webchat:sequence-id":1,"everturn":{"node":"local-1","region":"local","revision":2}}""", now.GetProperty("channelData").GetRawText());
    }

    [Fact]
    public async Task Change_comes_behind_the_watermark_of_those_who_have_seen_the_activity_and_of_nobody_else()
    {
        var (channel, transcripts) = Node(_documents);
        await DeliverAsync(channel, Send(1, 0, "a"), Send(1, 1, "b"), Send(1, 2, "c"));
        await DeliverAsync(channel, Update(2, 0, new(1, 0), "a2"), Send(2, 1, "d"), Delete(3, 0, new(1, 1)));

        Assert.Equal(["a2", "c", "d"], Texts(await ReadAsync(transcripts)));
        Assert.Equal(["c", "a2", "d", "messageDelete c|0000002"], Texts(await ReadAsync(transcripts, after: 2)));
        Assert.Equal(["d", "messageDelete c|0000002"], Texts(await ReadAsync(transcripts, after: 4)));
        Assert.Equal(6, (await ReadAsync(transcripts, after: 5)).Watermark);
        Assert.Empty((await ReadAsync(transcripts, after: 6)).Shown);
    }

    [Fact]
    public async Task Deletion_is_an_event_under_the_id_of_the_activity_that_nobody_shows()
    {
        var (channel, transcripts) = Node(_documents);
        await DeliverAsync(channel, Send(1, 0, "a"), Delete(2, 0, new(1, 0)));

        Assert.Empty((await ReadAsync(transcripts)).Shown);
        var deletion = Json(Assert.Single((await ReadAsync(transcripts, after: 1)).Shown).Entry.Activity);
        Assert.Equal(("event", "messageDelete", "c|0000001"), (Member("type"), Member("name"), Member("id")));
        Assert.Equal(1, deletion.GetProperty("channelData").GetProperty("webchat:sequence-id").GetInt32());
        Assert.False(deletion.TryGetProperty("text", out _));

        string? Member(string name) => deletion.GetProperty(name).GetString();
    }

    [Fact]
    public async Task Channels_own_id_names_an_activity_as_well()
    {
        var (channel, transcripts) = Node(_documents);
        await DeliverAsync(channel, Send(1, 0, "a"), Send(1, 1, "b"));

        await DeliverAsync(channel, Update(2, 0, null, "b2") with { TargetId = "c|0000002" });

        Assert.Equal(["a", "b2"], Texts(await ReadAsync(transcripts)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Streamed_message_keeps_the_id_under_which_clients_have_seen_it_come(bool byItsOwnId)
    {
        var (channel, transcripts) = Node(_documents, PageBytes);
        var streamed = new Activity { Type = "message", Text = "a", From = new() { Id = "bot" } };
        new StreamInfo("c|stream-1", Sequence: null, StreamTypes.Final).ApplyTo(streamed);
        await DeliverAsync(channel, Send(1, 0, "first") with { Activity = ActivityJson.Write(streamed) });
        for (var revision = 2; revision <= 15; revision++)
        {
            await DeliverAsync(channel, Send(revision, 0, $"m{revision}"));
        }

        await DeliverAsync(channel, Update(16, 0, byItsOwnId ? null : new(1, 0), "a2") with { TargetId = byItsOwnId ? "c|stream-1" : null });
        await DeliverAsync(channel, Delete(17, 0, byItsOwnId ? null : new(1, 0)) with { TargetId = byItsOwnId ? "c|stream-1" : null });

        Assert.NotEmpty((await HeadAsync(transcripts)).Pages);
        Assert.Equal(["messageDelete c|stream-1"], Texts(await ReadAsync(transcripts, after: 15)));
        Assert.Equal(Enumerable.Range(2, 14).Select(revision => $"m{revision}"), Texts(await ReadAsync(transcripts)));
    }

    [Fact]
    public async Task Older_change_never_takes_the_place_of_a_newer_one_and_a_repeated_one_changes_nothing()
    {
        var (channel, transcripts) = Node(_documents);
        await DeliverAsync(channel, Send(1, 0, "a"), Update(2, 0, new(1, 0), "a2"), Update(3, 0, new(1, 0), "a3"));

        await DeliverAsync(Node(_documents).Channel, Update(2, 0, new(1, 0), "a2"));
        await DeliverAsync(Node(_documents).Channel, Update(2, 0, new(1, 0), "a2"), Update(3, 0, new(1, 0), "a3"));

        Assert.Equal(["a3"], Texts(await ReadAsync(transcripts)));
        Assert.Equal(3, (await ReadAsync(transcripts)).Watermark);
    }

    [Fact]
    public async Task Deleted_stays_deleted_and_may_be_deleted_again()
    {
        var (channel, transcripts) = Node(_documents);
        await DeliverAsync(channel, Send(1, 0, "a"), Delete(2, 0, new(1, 0)), Delete(3, 0, new(1, 0)));

        var refused = await channel.DeliverAsync(Conversation, [Update(4, 0, new(1, 0), "a2")], CancellationToken.None);

        Assert.StartsWith("ET1044", Assert.IsType<DeliveryOutcome.Rejected>(Assert.Single(refused)).Reason, StringComparison.Ordinal);
        Assert.Empty((await ReadAsync(transcripts)).Shown);
    }

    [Theory]
    [InlineData("1.9", null)]
    [InlineData("9.0", null)]
    [InlineData("1.0", null)]
    [InlineData(null, "c|0000009")]
    [InlineData(null, "c|0000001")]
    [InlineData(null, "c|mine")]
    [InlineData(null, "other|0000002")]
    [InlineData(null, "c|2")]
    [InlineData(null, "nonsense")]
    [InlineData(null, "c|stream-1")]
    [InlineData(null, "")]
    [InlineData(null, "|")]
    public async Task Change_of_what_is_not_there_or_not_the_bots_is_refused_and_the_rest_goes_on(string? targetRow, string? targetId)
    {
        var (channel, transcripts) = Node(_documents);
        await DeliverAsync(channel, Echo(1, 0, "mine"), Send(1, 1, "b"));
        var rows = new[]
        {
            Send(2, 0, "c"),
            Update(2, 1, targetRow is null ? null : RowId.Parse(targetRow), "x") with { TargetId = targetId },
            Send(2, 2, "d"),
        };

        var outcomes = await channel.DeliverAsync(Conversation, rows, CancellationToken.None);
        await DeliverAsync(channel, rows[2]);

        Assert.Equal(2, outcomes.Count);
        Assert.IsType<DeliveryOutcome.Delivered>(outcomes[0]);
        Assert.StartsWith("ET1044", Assert.IsType<DeliveryOutcome.Rejected>(outcomes[1]).Reason, StringComparison.Ordinal);
        Assert.Equal(["mine", "b", "c", "d"], Texts(await ReadAsync(transcripts)));
    }

    [Fact]
    public async Task Update_to_what_clients_never_see_is_refused()
    {
        var (channel, transcripts) = Node(_documents);
        await DeliverAsync(channel, Send(1, 0, "a"));

        var trace = Update(2, 0, new(1, 0), "x") with { Activity = ActivityJson.Write(new() { Type = ActivityTypes.Trace }) };
        var outcome = Assert.Single(await channel.DeliverAsync(Conversation, [trace], CancellationToken.None));

        Assert.StartsWith("ET1044", Assert.IsType<DeliveryOutcome.Rejected>(outcome).Reason, StringComparison.Ordinal);
        Assert.Equal(["a"], Texts(await ReadAsync(transcripts)));
    }

    [Fact]
    public async Task Nothing_is_refused_by_a_node_whose_picture_is_old()
    {
        var (stale, transcripts) = Node(_documents);
        await DeliverAsync(stale, Send(1, 0, "a"));
        await DeliverAsync(Node(_documents).Channel, Send(2, 0, "b"));

        await DeliverAsync(stale, Update(3, 0, new(2, 0), "b2"));

        Assert.Equal(["a", "b2"], Texts(await ReadAsync(transcripts)));
    }

    [Fact]
    public async Task Activities_on_pages_are_changed_where_they_are()
    {
        var (channel, transcripts) = Node(_documents, PageBytes);
        for (var revision = 1; revision <= 60; revision++)
        {
            await DeliverAsync(channel, Send(revision, 0, $"m{revision}"));
        }

        Assert.True((await HeadAsync(transcripts)).Pages.Length > 4);
        await DeliverAsync(channel, Update(61, 0, new(3, 0), "third"), Delete(61, 1, new(4, 0)), Update(61, 2, new(20, 0), "twentieth"), Update(61, 3, null, "fifth") with { TargetId = "c|0000005" });

        var expected = Enumerable.Range(1, 60).Where(revision => revision != 4)
            .Select(revision => revision switch { 3 => "third", 5 => "fifth", 20 => "twentieth", _ => $"m{revision}" });
        Assert.Equal(expected, Texts(await ReadAsync(transcripts)));
        Assert.Equal(["third", "messageDelete c|0000004", "twentieth", "fifth"], Texts(await ReadAsync(transcripts, after: 60)));
        Assert.Equal(64, (await ReadAsync(transcripts, after: 60)).Watermark);
    }

    [Fact]
    public async Task Activity_of_a_dropped_page_cannot_be_changed()
    {
        var (channel, transcripts) = Node(_documents, options => (options.PageBytes, options.MaxPages) = (1024, 2));
        for (var revision = 1; revision <= 60; revision++)
        {
            await DeliverAsync(channel, Send(revision, 0, $"m{revision}"));
        }

        var outcome = Assert.Single(await channel.DeliverAsync(Conversation, [Update(61, 0, new(1, 0), "first")], CancellationToken.None));

        Assert.StartsWith("ET1044", Assert.IsType<DeliveryOutcome.Rejected>(outcome).Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("first", Texts(await ReadAsync(transcripts)));
    }

    [Fact]
    public async Task Change_of_a_page_whose_node_died_before_the_head_is_made_again()
    {
        var store = new TroubledStore(_documents);
        var (channel, transcripts) = Node(store, PageBytes);
        for (var revision = 1; revision <= 40; revision++)
        {
            await DeliverAsync(channel, Send(revision, 0, $"m{revision}"));
        }

        store.LosesAnswersOf = "/transcript-page/";
        var lost = await channel.DeliverAsync(Conversation, [Delete(41, 0, new(2, 0))], CancellationToken.None);
        // Another takes a place first.
        await DeliverAsync(Node(_documents, PageBytes).Channel, Send(40, 1, "between"));

        Assert.IsType<DeliveryOutcome.Retry>(Assert.Single(lost));
        await DeliverAsync(channel, Delete(41, 0, new(2, 0)));
        Assert.Equal(["between", "messageDelete c|0000002"], Texts(await ReadAsync(transcripts, after: 40)));
        Assert.DoesNotContain("m2", Texts(await ReadAsync(transcripts)));
    }

    [Fact]
    public async Task Page_that_a_node_left_behind_before_a_change_does_not_bring_the_old_words_back()
    {
        var (channel, transcripts) = Node(_documents, PageBytes);
        for (var revision = 1; (await HeadAsync(transcripts)).EntryBytes < 1024; revision++)
        {
            await DeliverAsync(channel, Send(revision, 0, $"m{revision}"));
        }

        // The page is written, and its writer does not come to write the head.
        var head = await HeadAsync(transcripts);
        var pages = new TranscriptPages(_documents, new EverturnOptions { Bot = "bot" });
        var archived = head.Entries[..^1];
        var range = new PageRange(archived[0].Sequence, archived[^1].Sequence);
        await pages.KeepAsync("c", range, archived);
        var changed = archived.SetItem(1, archived[1] with { Activity = ActivityJson.Write(new() { Text = "new" }), Change = new(head.Last + 1, new(90, 0), IsDeletion: false) });
        await pages.KeepAsync("c", range, changed);
        await pages.KeepAsync("c", range, archived);

        var there = TranscriptFormat.ReadPage((await _documents.LoadAsync(pages.KeyOf("c", range), CancellationToken.None))!.Content);
        Assert.Equal("new", ActivityJson.Read(there[1].Activity.Span).Text);
        Assert.Equal(archived.Length, there.Length);
    }

    [Fact]
    public async Task Update_that_makes_the_head_large_moves_it_to_a_page_without_losing_itself()
    {
        var (channel, transcripts) = Node(_documents, PageBytes);
        await DeliverAsync(channel, Send(1, 0, "a"), Send(1, 1, "b"), Send(1, 2, "c"));
        var large = new string('x', 2000);

        await DeliverAsync(channel, Update(2, 0, new(1, 0), large));
        await DeliverAsync(channel, Update(3, 0, new(1, 1), "b2"));
        await DeliverAsync(channel, Update(4, 0, new(1, 0), "a4"));

        Assert.NotEmpty((await HeadAsync(transcripts)).Pages);
        Assert.Equal(["a4", "b2", "c"], Texts(await ReadAsync(transcripts)));
        Assert.Equal(["b2", "a4"], Texts(await ReadAsync(transcripts, after: 3)));
    }

    // What a model of one list says, whatever nodes and readers do: readers take sets of any size, at any time, and put what comes under
    // its id, as Web Chat does.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Readers_at_any_time_and_from_any_node_end_with_what_the_conversation_is(int part)
    {
        for (var seed = part * 25; seed < (part + 1) * 25; seed++)
        {
            var random = new Random(seed);
            var store = new YieldingStore(new MemoryStore(new Random(seed)));
            var nodes = Enumerable.Range(0, 3).Select(_ => Node(store, options => (options.PageBytes, options.MaxPages) = (1024, 1000))).ToArray();
            var readers = Enumerable.Range(0, 3).Select(_ => new Reader()).ToArray();
            var model = new SortedDictionary<RowId, string>();
            var delivered = new List<OutboxRow>();
            for (var revision = 1; revision <= 120; revision++)
            {
                var target = model.Keys.ElementAtOrDefault(random.Next(Math.Max(1, model.Count)));
                var row = model.Count == 0 || random.Next(2) == 0 ? Send(revision, 0, $"m{revision}")
                    : random.Next(4) == 0 ? Delete(revision, 0, target)
                    : Update(revision, 0, target, $"m{revision}{new string('+', random.Next(200))}");
                delivered.Add(row);
                // Some were delivered before, by a node that is gone or stands still.
                OutboxRow[] rows = random.Next(5) == 0 ? [.. delivered.TakeLast(random.Next(1, 6))] : [row];
                var tender = nodes[random.Next(nodes.Length)].Channel;
                if (random.Next(4) == 0)
                {
                    // A former tender, that does not know yet that it is one, delivers as well.
                    OutboxRow[] again = [.. delivered.TakeLast(random.Next(1, 8)).Take(random.Next(1, 8))];
                    await Task.WhenAll(tender.DeliverAsync(Conversation, rows, CancellationToken.None).AsTask(), nodes[random.Next(nodes.Length)].Channel.DeliverAsync(Conversation, again, CancellationToken.None).AsTask());
                }

                await DeliverAsync(tender, rows);
                if (row.Action is RowAction.Delete)
                {
                    model.Remove(target);
                }
                else
                {
                    model[row.TargetRow ?? row.Id] = ActivityJson.Read(row.Activity.Span).Text!;
                }

                foreach (var reader in readers.Where(_ => random.Next(6) == 0))
                {
                    await reader.ReadAsync(nodes[random.Next(nodes.Length)].Transcripts, random.Next(1, 8));
                }
            }

            foreach (var reader in readers.Append(new Reader()))
            {
                while (await reader.ReadAsync(nodes[0].Transcripts, random.Next(1, 8)))
                {
                }

                Assert.Equal(model.Values, reader.Texts);
            }

            Assert.Equal(model.Values, Texts(await ReadAsync(nodes[1].Transcripts)));
            Assert.True((await HeadAsync(nodes[2].Transcripts)).Pages.Length > 5);
        }
    }

    private static void PageBytes(DirectLineOptions options) => options.PageBytes = 1024;

    private (DirectLineChannel Channel, TranscriptStore Transcripts) Node(IStore store, Action<DirectLineOptions>? configure = null)
    {
        var options = new DirectLineOptions();
        configure?.Invoke(options);
        var node = Options.Create(new EverturnOptions { Bot = "bot", Node = "local-1" });
        var transcripts = new TranscriptStore(store, node, Options.Create(options), _time, NullLogger<TranscriptStore>.Instance);
        var live = new LiveConversations(transcripts, Options.Create(options), _time, NullLogger<LiveConversations>.Instance);
        return (new(transcripts, new FileStore(store, node, Options.Create(options)), live, node, _time), transcripts);
    }

    private static async Task DeliverAsync(DirectLineChannel channel, params OutboxRow[] rows)
    {
        var outcomes = await channel.DeliverAsync(Conversation, rows, CancellationToken.None);
        Assert.Equal(rows.Length, outcomes.Count);
        Assert.All(outcomes, outcome => Assert.IsType<DeliveryOutcome.Delivered>(outcome));
    }

    private static OutboxRow Send(long revision, int index, string text, string? replyTo = null) => new(
        new(revision, index), ActivityJson.Write(new() { Type = "message", Text = text, ReplyToId = replyTo, From = new() { Id = "bot" } }), "local-1", IsEcho: false);

    private static OutboxRow Echo(long revision, int index, string text) => new(
        new(revision, index), ActivityJson.Write(new() { Type = "message", Id = "c|mine", Text = text, From = new() { Id = "ada" } }), "local-1", IsEcho: true);

    private static OutboxRow Update(long revision, int index, RowId? target, string text) =>
        Send(revision, index, text) with { Action = RowAction.Update, TargetRow = target };

    private static OutboxRow Delete(long revision, int index, RowId? target) => new(
        new(revision, index), ActivityJson.Write(new() { Type = ActivityTypes.MessageDelete, From = new() { Id = "bot" } }), "local-1", IsEcho: false)
    {
        Action = RowAction.Delete,
        TargetRow = target,
    };

    private static async Task<Transcript> HeadAsync(TranscriptStore transcripts) => (await transcripts.LoadAsync("c", CancellationToken.None)).Transcript;

    private static async Task<TranscriptReading> ReadAsync(TranscriptStore transcripts, long after = 0, int maxCount = int.MaxValue) =>
        await transcripts.ReadAfterAsync("c", await HeadAsync(transcripts), after, maxCount, int.MaxValue, CancellationToken.None);

    private static string[] Texts(TranscriptReading reading) => [.. reading.Shown.Select(shown => ActivityJson.Read(shown.Entry.Activity.Span)).Select(TextOf)];

    private static string TextOf(Activity activity) => activity.Text ?? $"{activity.Name} {activity.Id}";

    private static JsonElement Json(ReadOnlyMemory<byte> activity)
    {
        using var document = JsonDocument.Parse(activity);
        return document.RootElement.Clone();
    }

    /// <summary>A client that polls, and shows each id once.</summary>
    private sealed class Reader
    {
        private readonly SortedDictionary<long, (string Id, string Text)> _shown = [];
        private long _watermark;

        public IEnumerable<string> Texts => _shown.Values.Select(one => one.Text);

        public async Task<bool> ReadAsync(TranscriptStore transcripts, int maxCount)
        {
            var (shown, watermark) = await ChangeTests.ReadAsync(transcripts, _watermark, maxCount);
            Assert.True(watermark >= _watermark);
            Assert.Equal(shown.Select(one => one.Place).Order(), shown.Select(one => one.Place));
            foreach (var activity in shown.Select(one => ActivityJson.Read(one.Entry.Activity.Span)))
            {
                var place = activity.ChannelData!.Value.GetProperty("webchat:sequence-id").GetInt64();
                Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"c|{place:D7}"), activity.Id);
                if (activity.Name == ChangedActivity.Deletion)
                {
                    _shown.Remove(place);
                }
                else
                {
                    _shown[place] = (activity.Id!, activity.Text!);
                }
            }

            var isNews = watermark > _watermark;
            _watermark = watermark;
            return isNews;
        }
    }
}
