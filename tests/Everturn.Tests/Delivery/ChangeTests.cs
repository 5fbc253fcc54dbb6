using System.Collections.Concurrent;
using System.Text.Json;
using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Hosting;
using Everturn.Storage;
using Everturn.Turns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Everturn.Tests.Delivery;

/// <summary>Updates and deletions of earlier activities, from the bot to a channel that gives ids of its own.</summary>
public sealed class ChangeTests : ILoggerProvider, ILogger
{
    private readonly FaultyStore _store = new();
    private readonly NumberingChannel _channel = new();
    private readonly ConcurrentQueue<string> _said = new();
    private readonly ConcurrentQueue<string> _refusals = new();
    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);

    private string[] Refusals => [.. _refusals];

    [Fact]
    public async Task Activity_of_an_earlier_turn_is_changed_by_the_id_that_sending_it_returned()
    {
        await using var node = NewNode();
        await node.SendAsync("send first");
        await ConfirmedAsync("c");

        await node.SendAsync("update first second");
        await node.SendAsync("delete first");

        Assert.Equal(["+x1 first", "x1 = second", "-x1"], await _channel.UntilAsync("-x1"));
    }

    [Fact]
    public async Task Activity_is_changed_in_the_turn_that_sends_it_in_order_and_before_any_confirmation()
    {
        await using var node = NewNode(options: options => options.LeaseDuration = TimeSpan.FromMinutes(1));
        var saves = -1;
        _channel.Before = row =>
        {
            saves = row.Action is RowAction.Delete ? _store.Saves : saves;
            return null;
        };

        await node.SendAsync("send a, send b, update a a2, update b b2, delete a, send c");

        Assert.Equal(["+x1 a", "+x2 b", "x1 = a2", "x2 = b2", "-x1", "+x3 c"], await _channel.UntilAsync("+x3 c"));
        Assert.Equal(1, saves);
    }

    [Fact]
    public async Task Activity_is_changed_by_another_node_and_by_the_channels_own_id()
    {
        await using (var first = NewNode())
        {
            await first.SendAsync("send first");
            await _channel.UntilAsync("+x1 first");
        }

        await using var second = NewNode(name: "second");
        await second.SendAsync("update first second");
        await second.SendAsync("foreign x1 third");

        Assert.Equal(["+x1 first", "x1 = second", "x1 = third"], await _channel.UntilAsync("x1 = third"));
    }

    [Fact]
    public async Task Activity_that_is_sent_again_after_a_crash_is_changed_there()
    {
        var doomed = new DyingStore(_store);
        var dead = NewNode(store: doomed, name: "dead");
        _channel.Before = row =>
        {
            if (row.Action is RowAction.Update && _channel.Heard.Count == 1)
            {
                doomed.Die();
                return new DeliveryOutcome.Retry(TimeSpan.FromMinutes(1), "503");
            }

            return null;
        };
        await dead.SendAsync("send first, update first second");

        await using var node = NewNode();

        Assert.Equal(["+x1 first", "+x2 first", "x2 = second"], await _channel.UntilAsync("x2 = second"));
    }

    [Fact]
    public async Task Change_whose_answer_was_lost_is_sent_again_although_replies_in_doubt_are_held()
    {
        var answered = new HashSet<RowId>();
        _channel.After = row => row.Action is not RowAction.Send && answered.Add(row.Id) ? new DeliveryOutcome.Ambiguous("lost") : null;
        await using var node = NewNode(options: options => options.AmbiguousDelivery["test"] = AmbiguousDelivery.Hold);

        await node.SendAsync("send first, update first second, delete first, send last");

        Assert.Equal(["+x1 first", "x1 = second", "x1 = second", "-x1", "-x1", "+x2 last"], await _channel.UntilAsync("+x2 last"));
        Assert.Empty(await node.DeadLetters.ListAsync().ToListAsync());
    }

    [Fact]
    public async Task Change_of_a_reply_that_is_held_is_dropped_and_the_rest_goes_on()
    {
        _channel.After = row => row.Id.Index == 0 ? new DeliveryOutcome.Ambiguous("lost") : null;
        await using var node = NewNode(options: options => options.AmbiguousDelivery["test"] = AmbiguousDelivery.Hold);

        await node.SendAsync("send first, update first second, send last");

        Assert.Equal(["+x1 first", "+x2 last"], await _channel.UntilAsync("+x2 last"));
        Assert.Single(await node.DeadLetters.ListAsync().ToListAsync());
        Assert.Contains(_said, line => line.StartsWith("Row 1.1 of conversation c is dropped: ET1043", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Change_of_what_the_channel_gave_no_id_is_dropped_and_later_refused_at_the_call()
    {
        var silent = new NumberingChannel { TellsIds = false };
        await using var node = NewNode(channel: silent);

        await node.SendAsync("send first, update first second, send last");

        Assert.Equal(["+x1 first", "+x2 last"], await silent.UntilAsync("+x2 last"));
        Assert.Contains(_said, line => line.StartsWith("Row 1.1 of conversation c is dropped: ET1043", StringComparison.Ordinal));
        await ConfirmedAsync("c");
        await node.SendAsync("update first third");
        Assert.StartsWith("+x3 ET1043", (await silent.UntilAsync($"+x3 {Refusals[^1]}"))[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_that_the_channel_rejects_holds_nothing_up()
    {
        _channel.Before = row => row.Action is RowAction.Send ? null : new DeliveryOutcome.Rejected("405");
        await using var node = NewNode();

        await node.SendAsync("send first, update first second, delete first, send last");

        Assert.Equal(["+x1 first", "+x2 last"], await _channel.UntilAsync("+x2 last"));
    }

    [Fact]
    public async Task Change_at_which_the_channel_always_fails_is_dropped_in_the_end()
    {
        var time = new ManualTime();
        var failures = 0;
        _channel.Before = row =>
        {
            if (row.Action is RowAction.Send)
            {
                return null;
            }

            failures++;
            return new DeliveryOutcome.Ambiguous("500");
        };
        var node = NewNode(time: time);
        await node.SendAsync("send first, update first second, send last");

        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(_channel.Heard.Count == 2);
        });

        Assert.Equal(["+x1 first", "+x2 last"], _channel.Heard);
        Assert.Equal(10, failures);
        Assert.Contains(_said, line => line.StartsWith("Row 1.1 of conversation c is dropped: ET1061", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Oldest_ids_are_forgotten_and_the_bot_can_say_it_anew()
    {
        await using var node = NewNode(options: options => options.ActivityIdCapacity = 2);
        await node.SendAsync("send a, send b, send d");
        await ConfirmedAsync("c");

        await node.SendAsync("update a a2, update b b2");

        Assert.Equal(["+x1 a", "+x2 b", "+x3 d", $"+x4 {Refusals[0]}", "x2 = b2"], await _channel.UntilAsync("x2 = b2"));
        Assert.StartsWith("ET1043", Refusals[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ids_of_a_channel_that_takes_ours_are_not_remembered()
    {
        var channel = new RecordingChannel { TakesOurIds = true };
        await using var node = NewNode(channel: channel, options: options => options.ActivityIdCapacity = 0);
        await node.SendAsync("send first");
        await ConfirmedAsync("c");

        await node.SendAsync("update first second, foreign x1 third");

        await channel.WaitForAsync(3);
        Assert.Equal([(RowAction.Send, null, null), (RowAction.Update, new RowId(1, 0), null), (RowAction.Update, null, "x1")], channel.Rows.Select(row => (row.Action, row.TargetRow, row.TargetId)));
        Assert.Empty((await RecordAsync("c")).Sent);
    }

    [Fact]
    public async Task Id_of_another_conversation_is_refused()
    {
        await using var node = NewNode();
        await node.SendAsync("send first", conversation: "one");
        await node.SendAsync($"update {_ids["first"]} second", conversation: "two");

        await _channel.UntilAsync($"+x2 {Refusals.Single()}");
        Assert.StartsWith("ET1041", Refusals[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Id_of_a_turn_that_was_not_committed_is_refused()
    {
        await using var node = NewNode();
        await node.SendAsync("send first, fail");
        await node.SendAsync("update first second");

        await _channel.UntilAsync($"+x1 {Refusals.Single()}");
        Assert.StartsWith("ET1041", Refusals[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("1.2")]
    [InlineData("1.9")]
    [InlineData("2.0")]
    [InlineData("99999999999999.0")]
    public async Task Made_up_id_of_the_turn_itself_or_a_later_one_is_refused_at_once(string row)
    {
        var tag = "";
        await using var node = new TestNode(_store, _channel, async (turn, token) =>
        {
            var id = await turn.SendActivityAsync("first", token);
            tag = id.Split('-')[1];
            await turn.DeleteActivityAsync(id, token);
            var refused = await Assert.ThrowsAsync<UnknownActivityException>(() => turn.DeleteActivityAsync($"ev-{tag}-{row}", token).AsTask());
            await turn.SendActivityAsync(refused.Message[..6], token);
        });

        await node.SendAsync("x");

        Assert.Equal(["+x1 first", "-x1", "+x2 ET1041"], await _channel.UntilAsync("+x2 ET1041"));
    }

    [Fact]
    public async Task Id_of_a_conversation_that_was_deleted_is_refused_in_its_successor()
    {
        await using var node = NewNode();
        await node.SendAsync("send first");
        await ConfirmedAsync("c");
        var key = new ConversationKey("test", "test", "c");
        await _store.DeleteAsync(key.ToStoreKey(), (await _store.LoadAsync(key.ToStoreKey(), CancellationToken.None))!.ETag);
        node.Context.Cache.Remove(key);

        await node.SendAsync("send other, update first second");

        await _channel.UntilAsync($"+x3 {Refusals.Single()}");
        Assert.StartsWith("ET1041", Refusals[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000_000)]
    public async Task Ids_of_a_first_turn_hold_whether_or_not_the_node_has_a_cache(int cacheBytes)
    {
        await using var node = NewNode(options: options => options.CacheBytes = cacheBytes);
        await node.SendAsync("send first");
        await node.SendAsync("update first second");

        Assert.Equal(["+x1 first", "x1 = second"], await _channel.UntilAsync("x1 = second"));
    }

    [Theory]
    [InlineData(null, "message")]
    [InlineData("", "message")]
    [InlineData("x1", "typing")]
    public async Task Update_without_an_id_or_with_a_typing_indicator_is_refused(string? id, string type)
    {
        Exception? refused = null;
        await using var node = new TestNode(_store, _channel, async (turn, token) =>
        {
            refused = await Assert.ThrowsAsync<ArgumentException>(() => turn.UpdateActivityAsync(new() { Id = id, Type = type, Text = "x" }, token).AsTask());
        });

        await node.SendAsync("x");

        Assert.StartsWith("ET1040", refused!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replies_that_leave_in_the_answer_are_changed_there_and_never_again()
    {
        await using var node = NewNode();
        await node.SendAsync("send before");
        await ConfirmedAsync("c");
        var message = TestNode.Message("send first, send second, send third, update first 1st, delete second, update before after").Activity;
        message.DeliveryMode = DeliveryModes.ExpectReplies;

        var answer = Assert.IsType<TurnOutcome.Committed>(await node.SendAsync(message)).Answer!;
        await node.SendAsync("update first later");

        Assert.Equal(
            """{"activities":[{"type":"message","channelId":"test","text":"1st"},{"type":"message","channelId":"test","text":"third"}]}""",
            Shortened(answer.Body));
        Assert.Equal(["+x1 before", "x1 = after", $"+x2 {Refusals[0]}"], await _channel.UntilAsync($"+x2 {Refusals.Single()}"));
        Assert.StartsWith("ET1042", Refusals[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Made_up_id_before_the_first_reply_of_an_answer_is_refused()
    {
        await using var node = new TestNode(_store, _channel, async (turn, token) =>
        {
            var id = await turn.SendActivityAsync("first", token);
            Assert.EndsWith("-1.1a", id, StringComparison.Ordinal);
            var refused = await Assert.ThrowsAsync<UnknownActivityException>(() => turn.DeleteActivityAsync(id.Replace("1.1a", "1.0a", StringComparison.Ordinal), token).AsTask());
            Assert.StartsWith("ET1042", refused.Message, StringComparison.Ordinal);
        });
        var message = TestNode.Message("x") with { Echo = true };
        message.Activity.DeliveryMode = DeliveryModes.ExpectReplies;

        Assert.IsType<TurnOutcome.Committed>(await node.Engine.ProcessAsync(message, CancellationToken.None));
    }

    [Fact]
    public async Task Activity_on_the_wire_has_the_channels_id_and_answers_what_the_bot_says_it_answers()
    {
        var rows = new ConcurrentQueue<OutboxRow>();
        _channel.Before = row =>
        {
            rows.Enqueue(row);
            return null;
        };
        await using var node = NewNode();
        await node.SendAsync("send first");
        await ConfirmedAsync("c");
        await node.SendAsync("update first second, delete first");
        await _channel.UntilAsync("-x1");

        var sent = rows.Select(row => ActivityJson.Read(row.Activity.Span)).ToArray();
        Assert.Equal([null, "x1", "x1"], sent.Select(activity => activity.Id));
        Assert.Equal(["id-send first", null, null], sent.Select(activity => activity.ReplyToId));
        Assert.Equal(["message", "message", "messageDelete"], sent.Select(activity => activity.Type));
        Assert.All(sent, activity => Assert.Equal(("c", "user", "bot"), (activity.Conversation?.Id, activity.Recipient?.Id, activity.From?.Id)));
    }

    // "send TEXT", "update TEXT-OR-ID TEXT", "delete TEXT", "foreign ID TEXT" and "fail", with commas between them.
    private async Task ObeyAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        foreach (var order in turn.Activity.Text!.Split(", "))
        {
            var words = order.Split(' ');
            try
            {
                switch (words)
                {
                    case ["send", var text]:
                        _ids[text] = await turn.SendActivityAsync(text, cancellationToken);
                        break;
                    case ["update", var earlier, var text]:
                        await turn.UpdateActivityAsync(new() { Type = ActivityTypes.Message, Id = _ids.GetValueOrDefault(earlier, earlier), Text = text }, cancellationToken);
                        break;
                    case ["foreign", var id, var text]:
                        await turn.UpdateActivityAsync(new() { Type = ActivityTypes.Message, Id = id, Text = text }, cancellationToken);
                        break;
                    case ["delete", var earlier]:
                        await turn.DeleteActivityAsync(_ids[earlier], cancellationToken);
                        break;
                    default:
                        throw new InvalidOperationException("The bot was told to fail.");
                }
            }
            catch (UnknownActivityException exception)
            {
                _refusals.Enqueue(exception.Message);
                await turn.SendActivityAsync(exception.Message, cancellationToken);
            }
        }
    }

    private static string Shortened(ReadOnlyMemory<byte> answer)
    {
        using var body = JsonDocument.Parse(answer);
        var activities = body.RootElement.GetProperty("activities").EnumerateArray().Select(activity => JsonSerializer.SerializeToElement(
            activity.EnumerateObject().Where(member => member.Name is "type" or "channelId" or "text" or "id").ToDictionary(member => member.Name, member => member.Value)));
        return $"{{\"activities\":[{string.Join(',', activities.Select(activity => activity.GetRawText()))}]}}";
    }

    private async Task<ConversationRecord> RecordAsync(string conversation) =>
        RecordFormat.Read((await _store.LoadAsync(new ConversationKey("test", "test", conversation).ToStoreKey(), CancellationToken.None))!.Content);

    private Task ConfirmedAsync(string conversation) => Eventually.TrueAsync(async () => (await RecordAsync(conversation)).Outbox.IsEmpty);

    private TestNode NewNode(IStore? store = null, IChannel? channel = null, string name = "alive", Action<EverturnOptions>? options = null, TimeProvider? time = null) => new(
        store ?? _store,
        channel ?? _channel,
        ObeyAsync,
        settings =>
        {
            settings.RecoveryInterval = TimeSpan.FromMilliseconds(100);
            settings.LeaseDuration = TimeSpan.FromMilliseconds(300);
            options?.Invoke(settings);
        },
        builder => builder.Services.AddLogging(logging => logging.AddProvider(this)),
        name,
        time);

    ILogger ILoggerProvider.CreateLogger(string categoryName) => this;

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _said.Enqueue(formatter(state, exception));

    void IDisposable.Dispose()
    {
    }
}
