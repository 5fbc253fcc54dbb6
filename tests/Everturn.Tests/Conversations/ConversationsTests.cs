using System.Collections.Concurrent;
using System.Globalization;
using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Hosting;
using Everturn.Turns;

namespace Everturn.Tests.Conversations;

/// <summary>Speaking in a conversation unasked.</summary>
public sealed class ConversationsTests
{
    private static readonly ConversationKey Key = new("test", "test", "c");

    private readonly FaultyStore _store = new();
    private readonly RecordingChannel _channel = new();
    private readonly ConcurrentQueue<Activity> _sent = new();

    public ConversationsTests() => _channel.Before = (row, _) =>
    {
        _sent.Enqueue(ActivityJson.Read(row.Activity.Span));
        return Task.FromResult<DeliveryOutcome?>(null);
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Turn_is_begun_once_however_often_and_wherever_it_is_asked_for(bool queued)
    {
        await using var a = NewNode("a", queued);
        await using var b = NewNode("b", queued);
        await StartAsync(a);

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(at => (at % 2 == 0 ? a : b).Conversations.ContinueAsync(Reference, "order-1", "shipped", "parcel 7")));

        Assert.Single(answers, Acceptance.Accepted);
        Assert.Equal(5, answers.Count(answer => answer is Acceptance.AlreadyAccepted));
        Assert.Equal(Acceptance.Accepted, await b.Conversations.ContinueAsync(Reference, "order-2"));
        Assert.Equal(["hello", "event shipped parcel 7", "event ContinueConversation "], await _channel.WaitForAsync(3));
        Assert.Equal(Acceptance.AlreadyAccepted, await a.Conversations.ContinueAsync(Reference, "order-1", "shipped", "parcel 8"));
        Assert.Equal(["id-hello", null, null], _sent.Select(activity => activity.ReplyToId));
        Assert.Equal(("bot", "user"), (_sent.Last().From!.Id, _sent.Last().Recipient!.Id));
    }

    [Fact]
    public async Task Event_of_a_channel_is_not_taken_for_one_of_the_engine()
    {
        bool? isUnasked = null;
        await using var node = new TestNode(_store, _channel, (turn, _) =>
        {
            isUnasked = turn.IsUnasked;
            return Task.CompletedTask;
        });
        var activity = TestNode.Message("x").Activity;
        (activity.Type, activity.Name) = (ActivityTypes.Event, "ContinueConversation");

        await node.SendAsync(activity);

        Assert.False(isUnasked);
    }

    [Fact]
    public async Task Activity_is_sent_once_without_a_turn_and_behind_what_waits()
    {
        await using var a = NewNode("a");
        await using var b = NewNode("b");
        await StartAsync(a);
        var message = MessageFactory.Text("your parcel is there");

        Assert.Equal(Acceptance.Accepted, await b.Conversations.SendAsync(Reference, "order-1", message));
        Assert.Equal(Acceptance.AlreadyAccepted, await a.Conversations.SendAsync(Reference, "order-1", message));
        Assert.Equal(Acceptance.Accepted, await a.Conversations.SendAsync(Reference, "order-2", MessageFactory.Text("and the next")));
        await a.SendAsync("thanks");

        Assert.Equal(["hello", "your parcel is there", "and the next", "thanks"], await _channel.WaitForAsync(4));
        Assert.Null(message.Conversation);
        Assert.Equal(("message", "bot", "user", null), (_sent.ElementAt(1).Type, _sent.ElementAt(1).From!.Id, _sent.ElementAt(1).Recipient!.Id, _sent.ElementAt(1).ReplyToId));
        Assert.Equal(2, (await RecordAsync()).Revision);
    }

    [Fact]
    public async Task Key_is_one_of_its_conversation_and_its_kind_of_call()
    {
        await using var node = NewNode("a");
        await StartAsync(node);
        await StartAsync(node, "other");

        Assert.Equal(Acceptance.Accepted, await node.Conversations.ContinueAsync(Reference, "key"));
        Assert.Equal(Acceptance.Accepted, await node.Conversations.SendAsync(Reference, "key", MessageFactory.Text("x")));
        Assert.Equal(Acceptance.Accepted, await node.Conversations.SendAsync(ReferenceTo("other"), "key", MessageFactory.Text("x")));
    }

    [Theory]
    [InlineData("never begun")]
    [InlineData("of another bot")]
    [InlineData("expired")]
    [InlineData("erased")]
    public async Task Conversation_that_is_not_there_is_unknown_and_stays_away(string kind)
    {
        await using var node = NewNode("a", configure: options => options.ConversationExpiry = kind == "expired" ? TimeSpan.FromSeconds(1) : null);
        await using var other = NewNode("other", configure: options => options.Bot = "other");
        if (kind != "never begun")
        {
            await StartAsync(kind == "of another bot" ? other : node);
        }

        if (kind == "erased")
        {
            await Eventually.TrueAsync(async () => (await node.UserData.EraseAsync("user")).IsComplete);
        }
        else if (kind == "expired")
        {
            await Eventually.TrueAsync(async () => (await RecordAsync()).EndedUntil is not null);
        }

        Assert.Equal(Acceptance.UnknownConversation, await node.Conversations.ContinueAsync(Reference, "key"));
        Assert.Equal(Acceptance.UnknownConversation, await node.Conversations.SendAsync(Reference, "key", MessageFactory.Text("x")));
        if (kind is "never begun" or "of another bot")
        {
            Assert.Null(await _store.LoadAsync(Key.ToStoreKey(), CancellationToken.None));
        }
        else
        {
            Assert.NotNull((await RecordAsync()).EndedUntil);
        }
    }

    [Fact]
    public async Task Timer_of_a_conversation_that_was_erased_never_begins_a_turn()
    {
        await using var node = NewNode("a");
        await StartAsync(node);
        await node.SendAsync("remind 300");
        await _channel.WaitForAsync(2);
        await Eventually.TrueAsync(async () => (await node.UserData.EraseAsync("user")).IsComplete);

        await StartAsync(node, "other");
        await node.SendAsync("remind 600", conversation: "other");

        Assert.Equal(["hello", "remind 300", "hello", "remind 600", "event reminder too late"], await _channel.WaitForAsync(5));
        Assert.Equal(5, _channel.Arrivals.Count);
    }

    [Fact]
    public async Task Call_out_of_a_turn_of_the_same_conversation_happens_and_does_not_wait_for_it()
    {
        await using var node = NewNode("a", queued: true);
        await StartAsync(node);

        await node.SendAsync("call");

        Assert.Equal(["hello", "sent by it", "Accepted Accepted", "event ContinueConversation "], await _channel.WaitForAsync(4));
    }

    [Fact]
    public async Task Conversation_is_known_from_its_first_commit_on()
    {
        await using var node = NewNode("a");

        await node.SendAsync("call");

        Assert.Equal(["UnknownConversation UnknownConversation"], await _channel.WaitForAsync(1));
    }

    [Fact]
    public async Task Queue_that_is_full_takes_nothing_more_until_there_is_room()
    {
        await using var node = NewNode("a", queued: true, options => options.QueueCapacity = 1);
        await StartAsync(node);
        await node.SendAsync("wait");

        var full = await Assert.ThrowsAsync<ConversationUnavailableException>(() => node.Conversations.ContinueAsync(Reference, "key"));
        Assert.StartsWith("ET1050:", full.Message, StringComparison.Ordinal);
        Gate.SetResult();
        await _channel.WaitForAsync(2);

        await Eventually.TrueAsync(async () => (await RecordAsync()).Queue.IsEmpty);
        Assert.Equal(Acceptance.Accepted, await node.Conversations.ContinueAsync(Reference, "key"));
    }

    [Fact]
    public async Task Outbox_that_is_full_takes_nothing_more()
    {
        await using var node = NewNode("a", configure: options => options.OutboxCapacity = 1);
        await StartAsync(node);
        await Eventually.TrueAsync(async () => (await RecordAsync()).Outbox.IsEmpty);
        _channel.Before = (_, token) => Task.FromResult<DeliveryOutcome?>(Gate.Task.IsCompleted ? null : new DeliveryOutcome.Retry(TimeSpan.FromMilliseconds(10), "closed"));
        await node.Conversations.SendAsync(Reference, "first", MessageFactory.Text("first"));

        var full = await Assert.ThrowsAsync<ConversationUnavailableException>(() => node.Conversations.SendAsync(Reference, "second", MessageFactory.Text("second")));
        Assert.StartsWith("ET1050:", full.Message, StringComparison.Ordinal);
        Gate.SetResult();

        Assert.Equal(["hello", "first"], await _channel.WaitForAsync(2));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_that_the_store_leaves_in_doubt_takes_effect_once_when_it_is_repeated(bool tookEffect)
    {
        var away = true;
        await using var node = NewNode("a", configure: options => options.TurnDeadline = TimeSpan.FromMilliseconds(300));
        await StartAsync(node);
        await Eventually.TrueAsync(async () => (await RecordAsync()).Outbox.IsEmpty);
        Func<int, string, Task> fail = (_, _) => Volatile.Read(ref away) ? throw new IOException("away") : Task.CompletedTask;
        (_store.BeforeSave, _store.AfterSave) = tookEffect ? (null, fail) : (fail, (Func<int, string, Task>?)null);
        _store.BeforeLoad = _ => Volatile.Read(ref away) ? throw new IOException("away") : Task.CompletedTask;

        var unknown = await Assert.ThrowsAsync<ConversationUnavailableException>(() => node.Conversations.ContinueAsync(Reference, "key"));
        Assert.StartsWith("ET1049:", unknown.Message, StringComparison.Ordinal);
        Volatile.Write(ref away, false);
        await using var other = NewNode("b");

        var again = await other.Conversations.ContinueAsync(Reference, "key");
        Assert.Equal(tookEffect ? Acceptance.AlreadyAccepted : Acceptance.Accepted, again);
        Assert.Equal(Acceptance.Accepted, await other.Conversations.ContinueAsync(Reference, "end", "end", ""));
        Assert.Equal(["hello", "event ContinueConversation ", "event end "], await _channel.WaitForAsync(3));
    }

    [Fact]
    public async Task Key_that_cannot_be_one_is_refused()
    {
        await using var node = NewNode("a");

        foreach (var key in (string[])["", new string('k', 257)])
        {
            Assert.StartsWith("ET1047:", (await Assert.ThrowsAsync<ArgumentException>(() => node.Conversations.ContinueAsync(Reference, key))).Message, StringComparison.Ordinal);
        }

        Assert.Equal(Acceptance.UnknownConversation, await node.Conversations.ContinueAsync(Reference, new string('k', 256)));
    }

    [Theory]
    [InlineData(null, "c", "test:service")]
    [InlineData("test", null, "test:service")]
    [InlineData("test", "", "test:service")]
    [InlineData("test", "c", null)]
    [InlineData("test", "c", "https://elsewhere")]
    public async Task Reference_that_leads_nowhere_is_refused(string? channel, string? conversation, string? serviceUrl)
    {
        await using var node = NewNode("a");
        var reference = new ConversationReference { ChannelId = channel, Conversation = new() { Id = conversation }, ServiceUrl = serviceUrl };

        foreach (var call in (Func<Task>[])[
            () => node.Conversations.ContinueAsync(reference, "key"), () => node.Conversations.SendAsync(reference, "key", MessageFactory.Text("x"))])
        {
            Assert.StartsWith("ET1048:", (await Assert.ThrowsAsync<ArgumentException>(call)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Activity_that_is_too_large_is_refused()
    {
        await using var node = NewNode("a");
        await StartAsync(node);
        var large = new string('x', 256 * 1024);

        foreach (var call in (Func<Task>[])[
            () => node.Conversations.ContinueAsync(Reference, "key", "event", large), () => node.Conversations.SendAsync(Reference, "key", MessageFactory.Text(large))])
        {
            Assert.StartsWith("ET1002:", (await Assert.ThrowsAsync<InvalidOperationException>(call)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Node_that_stops_refuses()
    {
        var node = NewNode("a");
        await node.DisposeAsync();

        var refused = await Assert.ThrowsAsync<ConversationUnavailableException>(() => node.Conversations.ContinueAsync(Reference, "key"));

        Assert.StartsWith("ET1012:", refused.Message, StringComparison.Ordinal);
    }

    private TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static ConversationReference Reference => ReferenceTo("c");

    private static ConversationReference ReferenceTo(string conversation) =>
        TestNode.Message("hello", conversation: conversation).Activity.GetConversationReference();

    private async Task<ConversationRecord> RecordAsync() =>
        RecordFormat.Read((await _store.LoadAsync(Key.ToStoreKey(), CancellationToken.None))!.Content);

    private async Task StartAsync(TestNode node, string conversation = "c")
    {
        var before = _channel.Arrivals.Count;
        await node.SendAsync("hello", $"id-hello{(conversation == "c" ? "" : conversation)}", conversation);
        await _channel.WaitForAsync(before + 1);
    }

    private TestNode NewNode(string name, bool queued = false, Action<EverturnOptions>? configure = null)
    {
        TestNode? node = null;
        node = new TestNode(
            _store,
            _channel,
            async (turn, token) =>
            {
                Assert.Equal(turn.Activity.Type == ActivityTypes.Event, turn.IsUnasked);
                var text = turn.Activity.Type == ActivityTypes.Event ? $"event {turn.Activity.Name} {turn.Activity.Value?.GetString()}" : turn.Activity.Text!;
                switch (text.Split(' '))
                {
                    case ["wait"]:
                        await Gate.Task;
                        break;
                    case ["remind", var milliseconds]:
                        await turn.ScheduleAsync(TimeSpan.FromMilliseconds(int.Parse(milliseconds, CultureInfo.InvariantCulture)), "reminder", "too late");
                        break;
                    case ["call"]:
                        var reference = turn.Activity.GetConversationReference();
                        var sent = await turn.OnceAsync("send", ct => node!.Conversations.SendAsync(reference, turn.IdempotencyKey("send"), MessageFactory.Text("sent by it"), ct), cancellationToken: token);
                        var begun = await turn.OnceAsync("continue", ct => node!.Conversations.ContinueAsync(reference, turn.IdempotencyKey("continue"), ct), cancellationToken: token);
                        text = $"{sent} {begun}";
                        break;
                }

                await turn.SendActivityAsync(text, token);
            },
            options =>
            {
                options.Queued = queued;
                options.LeaseDuration = TimeSpan.FromMilliseconds(300);
                options.RecoveryInterval = TimeSpan.FromMilliseconds(50);
                configure?.Invoke(options);
            },
            name: name);
        return node;
    }
}
