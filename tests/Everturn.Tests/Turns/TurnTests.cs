using System.Text.Json;
using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Hosting;
using Everturn.Turns;

namespace Everturn.Tests.Turns;

public sealed class TurnTests
{
    private readonly FaultyStore _store = new();
    private readonly RecordingChannel _channel = new();

    [Fact]
    public async Task Turn_steady_costs_one_write_and_no_read()
    {
        await using var node = NewNode();
        await node.SendAsync("first");
        await _channel.WaitForAsync(1);
        var (loads, saves) = (_store.Loads, _store.Saves);

        for (var i = 0; i < 20; i++)
        {
            Assert.IsType<TurnOutcome.Committed>(await node.SendAsync($"t{i}"));
            await _channel.WaitForAsync(i + 2);
        }

        Assert.Equal(loads, _store.Loads);
        // Confirmations ride in the next turn's commit; the clock may add one of their own on a slow machine.
        Assert.InRange(_store.Saves - saves, 20, 22);
    }

    [Fact]
    public async Task Conversation_flooded_on_one_node_runs_each_message_once()
    {
        var runs = 0;
        await using var node = NewNode((turn, token) =>
        {
            Interlocked.Increment(ref runs);
            return PizzaLogic.OnTurnAsync(turn, token);
        });

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(() => node.SendAsync($"t{i}"))));

        Assert.All(outcomes, outcome => Assert.False(Assert.IsType<TurnOutcome.Committed>(outcome).IsDuplicate));
        var texts = await _channel.WaitForAsync(64);
        AssertEachGrowsByOne(texts, 64);
        Assert.InRange(runs, 64, 70);
    }

    [Fact]
    public async Task Conversation_flooded_on_four_nodes_loses_and_doubles_nothing()
    {
        await using var a = NewNode(name: "a");
        await using var b = NewNode(name: "b");
        await using var c = NewNode(name: "c");
        await using var d = NewNode(name: "d");
        TestNode[] nodes = [a, b, c, d];

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(() => nodes[i % 4].SendAsync($"t{i}"))));

        Assert.All(outcomes, outcome => Assert.IsType<TurnOutcome.Committed>(outcome));
        AssertEachGrowsByOne(await _channel.WaitForAsync(64), 64);
    }

    [Fact]
    public async Task Activity_posted_twice_runs_once_and_is_answered_twice()
    {
        await using var a = NewNode(name: "a");
        await using var b = NewNode(name: "b");

        var outcomes = await Task.WhenAll(a.SendAsync("x"), b.SendAsync("x"), a.SendAsync("x"));

        Assert.Equal(1, outcomes.Count(outcome => !Assert.IsType<TurnOutcome.Committed>(outcome).IsDuplicate));
        Assert.IsType<TurnOutcome.Committed>(await b.SendAsync("y"));
        Assert.Equal(["x", "x+y"], await _channel.WaitForAsync(2));
    }

    [Fact]
    public async Task Activity_without_id_is_known_by_its_request()
    {
        await using var node = NewNode();
        var anonymous = TestNode.Message("x").Activity;
        anonymous.Id = null;
        var inbound = TestNode.Inbound(anonymous);

        await node.Engine.ProcessAsync(inbound with { RequestId = "r1" }, default);
        var repeated = await node.Engine.ProcessAsync(inbound with { RequestId = "r1" }, default);
        var other = await node.Engine.ProcessAsync(inbound with { RequestId = "r2" }, default);
        var nameless = await node.Engine.ProcessAsync(inbound, default);

        Assert.True(Assert.IsType<TurnOutcome.Committed>(repeated).IsDuplicate);
        Assert.False(Assert.IsType<TurnOutcome.Committed>(other).IsDuplicate);
        Assert.False(Assert.IsType<TurnOutcome.Committed>(nameless).IsDuplicate);
    }

    [Fact]
    public async Task Answer_lost_after_the_write_took_effect_commits_once()
    {
        _store.AfterSave = (number, _) => number == 1 ? Task.FromException(new IOException("the answer was lost")) : Task.CompletedTask;
        await using var node = NewNode();

        Assert.IsType<TurnOutcome.Committed>(await node.SendAsync("x"));
        Assert.IsType<TurnOutcome.Committed>(await node.SendAsync("y"));

        Assert.Equal(["x", "x+y"], await _channel.WaitForAsync(2));
    }

    [Fact]
    public async Task Write_in_doubt_is_answered_only_after_a_later_write_of_the_node()
    {
        _store.AfterSave = (number, _) => number == 1 ? Task.FromException(new IOException("the answer was lost")) : Task.CompletedTask;
        await using var node = NewNode((_, _) => Task.CompletedTask);

        var outcome = await node.SendAsync("silent");

        Assert.True(Assert.IsType<TurnOutcome.Committed>(outcome).IsDuplicate);
        Assert.Equal(2, _store.Saves);
    }

    [Fact]
    public async Task Store_that_stays_down_gives_unavailable_and_commits_nothing()
    {
        _store.BeforeSave = (_, _) => Task.FromException(new IOException("down"));
        await using var node = NewNode(options: options => options.TurnDeadline = TimeSpan.FromMilliseconds(300));

        var outcome = Assert.IsType<TurnOutcome.Unavailable>(await node.SendAsync("x"));

        Assert.Contains("down", outcome.Reason, StringComparison.Ordinal);
        Assert.Empty(_channel.Arrivals);
        _store.BeforeSave = null;
        Assert.False(Assert.IsType<TurnOutcome.Committed>(await node.SendAsync("x")).IsDuplicate);
    }

    [Fact]
    public async Task Save_that_hangs_is_left_in_doubt_and_the_repeat_finds_it()
    {
        var release = new TaskCompletionSource();
        _store.AfterSave = (number, _) => number == 1 ? release.Task : Task.CompletedTask;
        await using var node = NewNode(options: options => options.TurnDeadline = TimeSpan.FromMilliseconds(300));

        Assert.IsType<TurnOutcome.Unavailable>(await node.SendAsync("x"));
        Assert.True(Assert.IsType<TurnOutcome.Committed>(await node.SendAsync("x")).IsDuplicate);
        release.SetResult();

        Assert.Equal(["x"], await _channel.WaitForAsync(1));
    }

    [Fact]
    public async Task Bot_that_throws_commits_nothing_and_spares_its_batch()
    {
        var gate = new TaskCompletionSource();
        _store.BeforeSave = (number, _) => number == 1 ? gate.Task : Task.CompletedTask;
        await using var node = NewNode((turn, token) => turn.Activity.Text == "bad"
            ? SpoilAsync(turn)
            : PizzaLogic.OnTurnAsync(turn, token));

        var first = node.SendAsync("a");
        Task<TurnOutcome>[] batch = [node.SendAsync("b"), node.SendAsync("bad"), node.SendAsync("c")];
        gate.SetResult();

        await first;
        Assert.IsType<TurnOutcome.Committed>(await batch[0]);
        Assert.IsType<TurnOutcome.Failed>(await batch[1]);
        Assert.IsType<TurnOutcome.Committed>(await batch[2]);
        Assert.Equal(["a", "a+b", "a+b+c"], await _channel.WaitForAsync(3));

        static async Task SpoilAsync(TurnContext turn)
        {
            turn.ConversationState.Get<List<string>>("toppings")!.Add("spoiled");
            await turn.SendActivityAsync("never");
            throw new InvalidOperationException("bad");
        }
    }

    [Fact]
    public async Task Error_handler_speaks_as_the_turn_of_the_failed_activity()
    {
        await using var node = new TestNode(_store, _channel, (_, _) => throw new InvalidOperationException("bad"), build: builder => builder.AddTurnErrorHandler<Apology>());

        Assert.IsType<TurnOutcome.Committed>(await node.SendAsync("x"));
        Assert.True(Assert.IsType<TurnOutcome.Committed>(await node.SendAsync("x")).IsDuplicate);

        Assert.Equal(["sorry: bad"], await _channel.WaitForAsync(1));
    }

    [Fact]
    public async Task Bot_that_never_ends_is_left_at_the_deadline()
    {
        await using var node = NewNode(
            (turn, token) => turn.Activity.Text == "hang" ? Task.Delay(Timeout.Infinite, CancellationToken.None) : PizzaLogic.OnTurnAsync(turn, token),
            options => options.TurnDeadline = TimeSpan.FromMilliseconds(200));

        Assert.IsType<TurnOutcome.Unavailable>(await node.SendAsync("hang"));
        Assert.IsType<TurnOutcome.Committed>(await node.SendAsync("x"));
    }

    [Fact]
    public async Task Invoke_is_answered_as_recorded_when_repeated()
    {
        var runs = 0;
        await using var node = NewNode((turn, _) =>
        {
            turn.InvokeResponse = new(202, (++runs).ToString(System.Globalization.CultureInfo.InvariantCulture).AsJson());
            return Task.CompletedTask;
        });
        var invoke = TestNode.Message("").Activity;
        (invoke.Type, invoke.Name, invoke.Id) = (ActivityTypes.Invoke, "do", "i1");

        var first = Assert.IsType<TurnOutcome.Committed>(await node.SendAsync(invoke));
        var second = Assert.IsType<TurnOutcome.Committed>(await node.SendAsync(invoke));

        Assert.Equal(202, first.Answer!.Status);
        Assert.Equal("\"1\""u8.ToArray(), second.Answer!.Body.ToArray());
        Assert.True(second.IsDuplicate);
    }

    [Fact]
    public async Task Invoke_without_handler_is_answered_501()
    {
        await using var node = NewNode((_, _) => Task.CompletedTask);
        var invoke = TestNode.Message("").Activity;
        (invoke.Type, invoke.Name) = (ActivityTypes.Invoke, "do");

        Assert.Equal(501, Assert.IsType<TurnOutcome.Committed>(await node.SendAsync(invoke)).Answer!.Status);
    }

    [Fact]
    public async Task ExpectReplies_puts_the_replies_into_the_answer_and_nowhere_else()
    {
        await using var node = NewNode(async (turn, token) =>
        {
            await turn.SendTypingAsync(token);
            await PizzaLogic.OnTurnAsync(turn, token);
        });
        var message = TestNode.Message("x").Activity;
        message.DeliveryMode = DeliveryModes.ExpectReplies;

        var answer = Assert.IsType<TurnOutcome.Committed>(await node.SendAsync(message)).Answer!;
        await node.SendAsync("y");

        using var body = JsonDocument.Parse(answer.Body);
        Assert.Equal("x", body.RootElement.GetProperty("activities")[0].GetProperty("text").GetString());
        Assert.Equal(["x+y"], await _channel.WaitForAsync(1));
        Assert.Single(_channel.Ephemeral);
    }

    [Fact]
    public async Task Reply_says_what_it_said_when_it_was_sent_and_the_object_stays_the_bots()
    {
        var channel = new RecordingChannel { TakesOurIds = true };
        await using var node = new TestNode(_store, channel, async (turn, token) =>
        {
            var reply = MessageFactory.Text("one");
            reply.Id = await turn.SendActivityAsync(reply, token);
            reply.Text = "two";
            await turn.UpdateActivityAsync(reply, token);
            reply.Text = "three";
            await turn.SendActivityAsync(reply, token);
            reply.Text = "four";
            Assert.Null(reply.ReplyToId);
            Assert.Null(reply.Recipient);
        });

        await node.SendAsync("x");

        Assert.Equal(["one", "two", "three"], await channel.WaitForAsync(3));
    }

    [Fact]
    public async Task Bot_can_say_something_else_in_the_place_of_a_reply_that_is_too_large()
    {
        await using var node = NewNode(async (turn, token) =>
        {
            var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => turn.SendActivityAsync(new string('x', 300_000), token).AsTask());
            await turn.SendActivityAsync(refused.Message[..6], token);
        });

        await node.SendAsync("x");

        Assert.Equal(["ET1002"], await _channel.WaitForAsync(1));
        Assert.Equal("1.0", Assert.Single(_channel.Arrivals).Row.ToString());
    }

    [Theory]
    [InlineData(42)]
    [InlineData(199)]
    [InlineData(600)]
    public async Task Invoke_with_a_status_that_is_none_fails_the_turn(int status)
    {
        await using var node = NewNode((turn, _) =>
        {
            turn.InvokeResponse = new(status);
            return Task.CompletedTask;
        });
        var invoke = TestNode.Message("x").Activity;
        (invoke.Type, invoke.Name) = (ActivityTypes.Invoke, "i");

        var failed = Assert.IsType<TurnOutcome.Failed>(await node.SendAsync(invoke));

        Assert.StartsWith("ET1066:", failed.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Echo_comes_before_the_replies()
    {
        await using var node = NewNode();

        await node.SendAsync("x", echo: true);
        await node.SendAsync("y", echo: true);

        Assert.Equal(["x", "x", "y", "x+y"], await _channel.WaitForAsync(4));
        Assert.Equal(["1.0", "1.1", "2.0", "2.1"], _channel.Arrivals.Select(arrival => arrival.Row.ToString()));
    }

    [Fact]
    public async Task Typing_leaves_at_once_and_is_no_part_of_the_turn()
    {
        await using var node = NewNode(async (turn, token) =>
        {
            await turn.SendTypingAsync(token);
            await turn.SendActivityAsync(new Activity { Type = ActivityTypes.Typing }, token);
            Assert.False(turn.Responded);
        });

        Assert.IsType<TurnOutcome.Committed>(await node.SendAsync("x"));
        Assert.Equal(2, _channel.Ephemeral.Count);
        Assert.Equal("user", _channel.Ephemeral[0].Recipient!.Id);
    }

    [Fact]
    public async Task Middleware_wraps_the_bot_in_order_and_may_stop_the_turn()
    {
        await using var node = new TestNode(_store, _channel, PizzaLogic.OnTurnAsync, build: builder => builder.AddMiddleware<Outer>().AddMiddleware<Inner>());

        await node.SendAsync("x");
        await node.SendAsync("stop");

        Assert.Equal(["outer", "inner", "x", "outer"], await _channel.WaitForAsync(4));
    }

    [Fact]
    public async Task Record_that_would_grow_too_large_fails_the_turn_and_keeps_the_old_one()
    {
        await using var node = NewNode(
            (turn, _) =>
            {
                turn.ConversationState.Set("big", new string('x', int.Parse(turn.Activity.Text!, System.Globalization.CultureInfo.InvariantCulture)));
                return Task.CompletedTask;
            },
            options => options.MaxRecordBytes = 64 * 1024);

        Assert.IsType<TurnOutcome.Committed>(await node.SendAsync("1000"));
        var failed = Assert.IsType<TurnOutcome.Failed>(await node.SendAsync("70000"));
        Assert.StartsWith("ET1003", failed.Exception.Message, StringComparison.Ordinal);
        Assert.IsType<TurnOutcome.Committed>(await node.SendAsync("2000"));
    }

    [Fact]
    public async Task Reply_over_the_limit_fails_the_turn()
    {
        await using var node = NewNode((turn, token) => turn.SendActivityAsync(new string('x', 300_000), token).AsTask());

        var failed = Assert.IsType<TurnOutcome.Failed>(await node.SendAsync("x"));

        Assert.StartsWith("ET1002", failed.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reply_that_nobody_could_read_fails_the_turn()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 70)) + string.Concat(Enumerable.Repeat("]", 70));
        using var value = JsonDocument.Parse(deep, new JsonDocumentOptions { MaxDepth = 128 });
        await using var node = NewNode((turn, token) => turn.SendActivityAsync(new Activity { Type = "event", Value = value.RootElement }, token).AsTask());

        var failed = Assert.IsType<TurnOutcome.Failed>(await node.SendAsync("x"));

        Assert.StartsWith("ET1017", failed.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inbox_full_of_young_activities_is_unavailable_and_forgets_nothing()
    {
        await using var node = NewNode(options: options => options.InboxCapacity = 2);

        await node.SendAsync("a");
        await node.SendAsync("b");

        Assert.StartsWith("ET1009", Assert.IsType<TurnOutcome.Unavailable>(await node.SendAsync("c")).Reason, StringComparison.Ordinal);
        Assert.True(Assert.IsType<TurnOutcome.Committed>(await node.SendAsync("a")).IsDuplicate);
    }

    [Fact]
    public async Task Outbox_full_is_unavailable_until_the_channel_takes_its_rows()
    {
        var open = new TaskCompletionSource();
        _channel.Before = async (_, _) =>
        {
            await open.Task;
            return null;
        };
        await using var node = NewNode(options: options => options.OutboxCapacity = 1);

        await node.SendAsync("a");
        var refused = Assert.IsType<TurnOutcome.Unavailable>(await node.SendAsync("b"));
        open.SetResult();

        Assert.StartsWith("ET1010", refused.Reason, StringComparison.Ordinal);
        while (await node.SendAsync("b") is TurnOutcome.Unavailable again)
        {
            Assert.StartsWith("ET1010", again.Reason, StringComparison.Ordinal);
        }

        Assert.Equal(["a", "a+b"], await _channel.WaitForAsync(2));
    }

    [Fact]
    public async Task Outbox_that_another_node_has_emptied_is_not_taken_for_full()
    {
        var open = new TaskCompletionSource();
        _channel.Before = async (_, _) =>
        {
            await open.Task;
            return null;
        };
        await using var tender = NewNode(options: options => options.OutboxCapacity = 1, name: "tender");
        await using var other = NewNode(options: options => options.OutboxCapacity = 1, name: "other");
        await tender.SendAsync("a");
        Assert.IsType<TurnOutcome.Unavailable>(await other.SendAsync("b"));
        open.SetResult();
        await _channel.WaitForAsync(1);

        // The other node has the full outbox in its cache.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (await other.SendAsync("b") is TurnOutcome.Unavailable)
        {
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    [Fact]
    public async Task Mailbox_full_is_unavailable()
    {
        var gate = new TaskCompletionSource();
        _store.BeforeSave = (_, _) => gate.Task;
        await using var node = NewNode(options: options => options.MailboxCapacity = 1);

        var first = node.SendAsync("a");
        var second = node.SendAsync("b");
        var third = await node.SendAsync("c");
        gate.SetResult();

        Assert.StartsWith("ET1014", Assert.IsType<TurnOutcome.Unavailable>(third).Reason, StringComparison.Ordinal);
        Assert.IsType<TurnOutcome.Committed>(await first);
        Assert.IsType<TurnOutcome.Committed>(await second);
    }

    [Fact]
    public async Task Record_of_a_newer_format_is_handed_on()
    {
        var key = new ConversationKey("test", "test", "c").ToStoreKey();
        await _store.SaveAsync(key, """{"format":9,"writers":9,"revision":3}"""u8.ToArray(), null, null);
        await using var node = NewNode(options: options => options.TurnDeadline = TimeSpan.FromMinutes(5));

        Assert.Contains("ET1006", Assert.IsType<TurnOutcome.Unavailable>(await node.SendAsync("x")).Reason, StringComparison.Ordinal);
        Assert.Equal("""{"format":9,"writers":9,"revision":3}"""u8.ToArray(), (await _store.LoadAsync(key, default))!.Content.ToArray());
    }

    [Theory]
    [InlineData(null, "c")]
    [InlineData("test", null)]
    public async Task Activity_without_address_is_refused(string? channel, string? conversation)
    {
        await using var node = NewNode();
        var activity = new Activity { Type = "message", ChannelId = channel, Conversation = new() { Id = conversation } };

        Assert.IsType<TurnOutcome.Refused>(await node.SendAsync(activity));
    }

    [Fact]
    public async Task Conversation_id_over_the_limit_is_refused()
    {
        await using var node = NewNode();

        Assert.IsType<TurnOutcome.Refused>(await node.SendAsync("x", conversation: new string('c', 2000)));
    }

    [Fact]
    public async Task Cache_without_memory_still_commits_correctly()
    {
        await using var node = NewNode(options: options => options.CacheBytes = 0);

        await node.SendAsync("x");
        await node.SendAsync("y");

        Assert.Equal(["x", "x+y"], await _channel.WaitForAsync(2));
    }

    internal static void AssertEachGrowsByOne(IReadOnlyList<string> texts, int count)
    {
        Assert.Equal(count, texts.Count);
        for (var i = 1; i < texts.Count; i++)
        {
            Assert.StartsWith(texts[i - 1] + "+", texts[i], StringComparison.Ordinal);
        }

        Assert.Equal(count, texts[^1].Split('+').Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(count, texts[^1].Split('+').Length);
    }

    private TestNode NewNode(
        Func<TurnContext, CancellationToken, Task>? bot = null, Action<EverturnOptions>? options = null, string name = "node-1") =>
        new(_store, _channel, bot ?? PizzaLogic.OnTurnAsync, options, name: name);

    private sealed class Apology : ITurnErrorHandler
    {
        public async Task OnTurnErrorAsync(TurnContext turn, Exception exception, CancellationToken cancellationToken) =>
            await turn.SendActivityAsync($"sorry: {exception.Message}", cancellationToken);
    }

    private sealed class Outer : IMiddleware
    {
        public async Task OnTurnAsync(TurnContext turn, TurnDelegate next, CancellationToken cancellationToken)
        {
            await turn.SendActivityAsync("outer", cancellationToken);
            if (turn.Activity.Text != "stop")
            {
                await next(cancellationToken);
            }
        }
    }

    private sealed class Inner : IMiddleware
    {
        public async Task OnTurnAsync(TurnContext turn, TurnDelegate next, CancellationToken cancellationToken)
        {
            await turn.SendActivityAsync("inner", cancellationToken);
            await next(cancellationToken);
        }
    }
}
