using System.Collections.Concurrent;
using System.Text;
using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Hosting;
using Everturn.Storage;
using Everturn.Turns;

namespace Everturn.Tests.Turns;

/// <summary>A bot whose activities are accepted at once and run from the queue.</summary>
public sealed class QueueTests
{
    private readonly FaultyStore _store = new();
    private readonly RecordingChannel _channel = new();

    [Fact]
    public async Task Activity_is_accepted_before_its_turn_has_run()
    {
        var gate = new TaskCompletionSource();
        await using var node = NewNode(async (turn, token) =>
        {
            await gate.Task.WaitAsync(token);
            await turn.SendActivityAsync(turn.Activity.Text!, token);
        });

        Assert.Equal(new TurnOutcome.Queued(IsDuplicate: false), await node.SendAsync("x"));
        Assert.Equal(new TurnOutcome.Queued(IsDuplicate: true), await node.SendAsync("x"));
        Assert.Empty(_channel.Arrivals);
        gate.SetResult();

        Assert.Equal(["x"], await _channel.WaitForAsync(1));
        Assert.Equal(new TurnOutcome.Queued(IsDuplicate: true), await node.SendAsync("x"));
    }

    [Fact]
    public async Task Activities_run_in_the_order_in_which_they_were_accepted()
    {
        await using var node = NewNode(PizzaLogic.OnTurnAsync);

        foreach (var text in (string[])["a", "b", "c"])
        {
            await node.SendAsync(text);
        }

        Assert.Equal(["a", "a+b", "a+b+c"], await _channel.WaitForAsync(3));
    }

    [Fact]
    public async Task What_a_user_says_is_shown_before_its_turn_has_run()
    {
        var gate = new TaskCompletionSource();
        await using var node = NewNode(async (turn, token) =>
        {
            await gate.Task.WaitAsync(token);
            await turn.SendActivityAsync("reply", token);
        });

        await node.SendAsync("x", echo: true);
        Assert.Equal(["x"], await _channel.WaitForAsync(1));
        gate.SetResult();

        Assert.Equal(["x", "reply"], await _channel.WaitForAsync(2));
        Assert.True(_channel.Arrivals[0].Row < _channel.Arrivals[1].Row);
    }

    [Fact]
    public async Task Turn_longer_than_the_lease_is_committed_once()
    {
        var runs = 0;
        await using var node = NewNode(
            async (turn, token) =>
            {
                Interlocked.Increment(ref runs);
                await Task.Delay(TimeSpan.FromMilliseconds(700), token);
                await turn.SendActivityAsync("done", token);
            },
            options => options.LeaseDuration = TimeSpan.FromMilliseconds(200));
        await using var other = NewNode(PizzaLogic.OnTurnAsync, name: "other");

        await node.SendAsync("x");

        Assert.Equal(["done"], await _channel.WaitForAsync(1));
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task Queue_of_a_dead_node_is_run_by_another()
    {
        var doomed = new DyingStore(_store);
        var dead = NewNode((_, _) => new TaskCompletionSource().Task, store: doomed, name: "dead");
        Assert.IsType<TurnOutcome.Queued>(await dead.SendAsync("x"));
        doomed.Die();

        await using var node = NewNode(PizzaLogic.OnTurnAsync, name: "alive");

        Assert.Equal(["x"], await _channel.WaitForAsync(1));
    }

    [Fact]
    public async Task Turn_that_fails_as_often_as_it_may_goes_to_dead_letters_and_can_be_replayed_once()
    {
        var isMended = false;
        var attempts = 0;
        await using var node = NewNode(async (turn, token) =>
        {
            if (turn.Activity.Text == "poison" && !Volatile.Read(ref isMended))
            {
                Interlocked.Increment(ref attempts);
                throw new InvalidOperationException("boom");
            }

            await turn.SendActivityAsync(turn.Activity.Text!, token);
        });

        await node.SendAsync("poison");
        await node.SendAsync("next");
        Assert.Equal(["next"], await _channel.WaitForAsync(1));

        var letter = Assert.Single(await node.DeadLetters.ListAsync().ToListAsync());
        Assert.Equal((3, DeadLetterKind.Inbound), (attempts, letter.Kind));
        Assert.Equal("poison", ActivityJson.Read(letter.Activity.Span).Text);
        Assert.Contains("boom", letter.Reason, StringComparison.Ordinal);
        Assert.Equal(letter.Id, (await node.DeadLetters.FindAsync(letter.Id))?.Id);
        Assert.Equal(new TurnOutcome.Queued(IsDuplicate: true), await node.SendAsync("poison"));

        Volatile.Write(ref isMended, true);
        Assert.True(await node.DeadLetters.ReplayAsync(letter.Id));
        Assert.False(await node.DeadLetters.ReplayAsync(letter.Id));

        Assert.Equal(["next", "poison"], await _channel.WaitForAsync(2));
        Assert.Empty(await node.DeadLetters.ListAsync().ToListAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dead_letter_replayed_repeats_no_call_that_has_answered_and_all_others_with_the_same_key(bool answers)
    {
        var isMended = false;
        var keys = new ConcurrentQueue<string>();
        await using var node = NewNode(
            async (turn, token) =>
            {
                await turn.OnceAsync("charge", _ => CallAsync(turn.IdempotencyKey("charge")), cancellationToken: token);
                if (!Volatile.Read(ref isMended))
                {
                    throw new InvalidOperationException("boom");
                }

                await turn.SendActivityAsync($"done {turn.IsUnasked}", token);
            },
            options => options.MaxAttempts = 1);

        await node.SendAsync("x");
        // It fails once more when it is replayed, and is replayed again.
        await ReplayAsync(node);
        var letter = await LetterAsync(node);
        Volatile.Write(ref isMended, true);
        await ReplayAsync(node);

        Assert.Equal(["done False"], await _channel.WaitForAsync(1));
        Assert.Equal(answers ? 1 : 3, keys.Count);
        Assert.Single(keys.Distinct(StringComparer.Ordinal));
        Assert.Equal(answers, letter.Journal is [{ Name: "charge" }]);
        await Eventually.TrueAsync(async () => RecordFormat.Read((await _store.LoadAsync(letter.Conversation.ToStoreKey(), CancellationToken.None))!.Content).Journal.IsEmpty);

        Task<int> CallAsync(string key)
        {
            keys.Enqueue(key);
            return answers || Volatile.Read(ref isMended) ? Task.FromResult(1) : throw new IOException("It may have been charged.");
        }
    }

    [Fact]
    public async Task Dead_letter_of_a_timer_replayed_is_still_unasked()
    {
        var isMended = false;
        await using var node = NewNode(
            async (turn, token) =>
            {
                if (turn.Activity.Text == "start")
                {
                    await turn.ScheduleAsync(TimeSpan.Zero, "later", 0);
                    return;
                }

                await turn.SendActivityAsync(Volatile.Read(ref isMended) ? $"{turn.Activity.Name} {turn.IsUnasked}" : throw new InvalidOperationException("boom"), token);
            },
            options => options.MaxAttempts = 1);
        await node.SendAsync("start");
        await LetterAsync(node);

        Volatile.Write(ref isMended, true);
        await ReplayAsync(node);

        Assert.Equal(["later True"], await _channel.WaitForAsync(1));
    }

    [Fact]
    public void Dead_letter_is_stored_with_its_calls_and_read_without_them()
    {
        const string Key = "test/test/deadletter/0123";
        const string Older = """{"format":1,"kind":"inbound","conversation":"c","identity":"Nzp0","user":"ada","attempts":3,"at":"2026-01-01T00:00:00+00:00","reason":"boom","activity":{"type":"message"}}""";
        const string Newer = """{"format":1,"kind":"inbound","conversation":"c","identity":"Nzp0","origin":"NTp0","journal":[{"identity":"Nzp0","name":"charge","at":1767225600500,"result":{"paid":true}}],"user":"ada","attempts":3,"at":"2026-01-01T00:00:00+00:00","reason":"boom","activity":{"type":"message"}}""";

        var (older, newer) = (DeadLetterFormat.Read(Key, Encoding.UTF8.GetBytes(Older)), DeadLetterFormat.Read(Key, Encoding.UTF8.GetBytes(Newer)));

        Assert.Null(older.Origin);
        Assert.Empty(older.Journal);
        Assert.Equal("5:t", Encoding.UTF8.GetString(newer.Origin!.Value.Bytes.Span));
        Assert.Equal("charge", Assert.Single(newer.Journal).Name);
        Assert.Equal(Older, Encoding.UTF8.GetString(DeadLetterFormat.Write(older)));
        Assert.Equal(Newer, Encoding.UTF8.GetString(DeadLetterFormat.Write(newer)));
    }

    [Fact]
    public async Task Dead_letter_dropped_is_gone()
    {
        await using var node = NewNode((_, _) => throw new InvalidOperationException("boom"), options => options.MaxAttempts = 1);
        await node.SendAsync("x");
        var letter = await Eventually.NotNullAsync(async () => (await node.DeadLetters.ListAsync().ToListAsync()).SingleOrDefault());

        Assert.True(await node.DeadLetters.DropAsync(letter.Id));
        Assert.False(await node.DeadLetters.DropAsync(letter.Id));
        Assert.Null(await node.DeadLetters.FindAsync(letter.Id));
    }

    [Fact]
    public async Task Queue_that_is_full_refuses_and_loses_nothing()
    {
        var gate = new TaskCompletionSource();
        await using var node = NewNode(
            async (turn, token) =>
            {
                await gate.Task.WaitAsync(token);
                await turn.SendActivityAsync(turn.Activity.Text!, token);
            },
            options => options.QueueCapacity = 2);
        await node.SendAsync("a");
        await node.SendAsync("b");

        var refused = Assert.IsType<TurnOutcome.Unavailable>(await node.SendAsync("c"));
        Assert.StartsWith("ET1020", refused.Reason, StringComparison.Ordinal);
        gate.SetResult();

        Assert.Equal(["a", "b"], await _channel.WaitForAsync(2));
        await Eventually.TrueAsync(async () => await node.SendAsync("c") is TurnOutcome.Queued);
        Assert.Equal(["a", "b", "c"], await _channel.WaitForAsync(3));
    }

    [Theory]
    [InlineData(ActivityTypes.Invoke, null)]
    [InlineData(ActivityTypes.Message, DeliveryModes.ExpectReplies)]
    public async Task Activity_that_wants_its_answer_at_once_is_refused(string type, string? deliveryMode)
    {
        await using var node = NewNode(PizzaLogic.OnTurnAsync);
        var activity = TestNode.Message("x").Activity;
        activity.Type = type;
        activity.DeliveryMode = deliveryMode;

        var refused = Assert.IsType<TurnOutcome.Refused>(await node.SendAsync(activity));

        Assert.StartsWith("ET1025", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attempt_that_takes_too_long_counts_as_failed()
    {
        await using var node = NewNode(
            (_, token) => Task.Delay(Timeout.Infinite, token),
            options =>
            {
                options.MaxAttempts = 1;
                options.QueuedTurnDeadline = TimeSpan.FromMilliseconds(100);
            });
        await node.SendAsync("x");

        var letter = await Eventually.NotNullAsync(async () => (await node.DeadLetters.ListAsync().ToListAsync()).SingleOrDefault());

        Assert.Contains("ET1026", letter.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attempt_that_was_counted_by_a_write_whose_answer_was_lost_is_made()
    {
        var isLost = 0;
        _store.AfterSave = async (_, key) =>
        {
            var record = RecordFormat.Read((await _store.LoadAsync(key, CancellationToken.None))!.Content);
            if (record.Queue is [{ Attempts: 1 }] && Interlocked.Exchange(ref isLost, 1) == 0)
            {
                throw new IOException("the answer is lost");
            }
        };
        await using var node = NewNode(PizzaLogic.OnTurnAsync, options => options.MaxAttempts = 1);

        await node.SendAsync("x");

        Assert.Equal(["x"], await _channel.WaitForAsync(1));
        Assert.Equal(1, isLost);
    }

    [Fact]
    public async Task Turn_whose_replies_have_no_room_holds_no_place_for_turns()
    {
        var isDown = true;
        _channel.Before = (row, _) => Task.FromResult<DeliveryOutcome?>(
            Volatile.Read(ref isDown) && row.Id.Revision == 1 ? new DeliveryOutcome.Retry(TimeSpan.FromMilliseconds(50), "down") : null);
        var ranElsewhere = new TaskCompletionSource();
        await using var node = NewNode(
            async (turn, token) =>
            {
                if (turn.Conversation.Id == "c")
                {
                    await turn.SendActivityAsync(turn.Activity.Text!, token);
                }
                else
                {
                    ranElsewhere.SetResult();
                }
            },
            options => (options.MaxConcurrentTurns, options.OutboxCapacity) = (1, 1));
        await node.SendAsync("a");
        await node.SendAsync("b");
        await node.SendAsync("x", conversation: "other");

        await ranElsewhere.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Volatile.Write(ref isDown, false);

        Assert.Equal(["a", "b"], await _channel.WaitForAsync(2));
    }

    private static Task<DeadLetter> LetterAsync(TestNode node) =>
        Eventually.NotNullAsync(async () => (await node.DeadLetters.ListAsync().ToListAsync()).SingleOrDefault());

    // The letter is there a moment before the activity has left the queue.
    private static async Task ReplayAsync(TestNode node)
    {
        var letter = await LetterAsync(node);
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                return await node.DeadLetters.ReplayAsync(letter.Id);
            }
            catch (InvalidOperationException exception) when (exception.Message.StartsWith("ET1029", StringComparison.Ordinal))
            {
                return false;
            }
        });
    }

    private TestNode NewNode(
        Func<TurnContext, CancellationToken, Task> bot, Action<EverturnOptions>? configure = null, IStore? store = null, string name = "node-1") =>
        new(
            store ?? _store,
            _channel,
            bot,
            options =>
            {
                options.Queued = true;
                options.LeaseDuration = TimeSpan.FromMilliseconds(300);
                options.RecoveryInterval = TimeSpan.FromMilliseconds(100);
                configure?.Invoke(options);
            },
            name: name);
}
