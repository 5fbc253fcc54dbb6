using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Everturn.Conversations;
using Everturn.Storage;
using Everturn.Turns;

namespace Everturn.Tests.Turns;

/// <summary>External calls that happen once for a turn, however often it runs.</summary>
public sealed class StepTests
{
    private readonly FaultyStore _store = new();
    private readonly RecordingChannel _channel = new();
    private readonly List<string> _keys = [];

    [Theory]
    [InlineData(StepDurability.Durable)]
    [InlineData(StepDurability.Remembered)]
    public async Task Turn_that_runs_again_after_a_conflict_does_not_call_again(StepDurability durability)
    {
        await using var other = NewNode(PizzaLogic.OnTurnAsync, name: "other");
        var runs = 0;
        await using var node = NewNode(async (turn, token) =>
        {
            var result = await turn.OnceAsync("charge", _ => CallAsync(turn), durability, token);
            if (++runs == 1)
            {
                await other.SendAsync("in between");
            }

            await turn.SendActivityAsync($"charged {result}", token);
        });

        await node.SendAsync("x");

        Assert.Contains("charged 1", await _channel.WaitForAsync(2));
        Assert.Equal(2, runs);
        Assert.Single(_keys);
    }

    [Fact]
    public async Task First_turn_of_a_conversation_that_threw_in_a_step_runs_once_when_it_is_sent_again()
    {
        var runs = 0;
        await using var node = NewNode(async (turn, token) =>
        {
            runs++;
            await turn.OnceAsync("charge", _ => runs == 1 ? throw new InvalidOperationException("no") : CallAsync(turn), StepDurability.Durable, token);
        });

        Assert.IsType<TurnOutcome.Failed>(await node.SendAsync("x", "1"));
        Assert.IsType<TurnOutcome.Committed>(await node.SendAsync("x", "1"));

        Assert.Equal(2, runs);
        Assert.Single(_keys);
    }

    [Fact]
    public async Task Durable_result_is_used_by_the_node_that_takes_the_turn_over()
    {
        var doomed = new DyingStore(_store);
        var called = new TaskCompletionSource();
        var dead = NewNode(
            async (turn, token) =>
            {
                await turn.OnceAsync("charge", _ => CallAsync(turn), StepDurability.Durable, token);
                called.SetResult();
                await new TaskCompletionSource().Task;
            },
            doomed,
            "dead",
            queued: true);
        await dead.SendAsync("x");
        await called.Task;
        doomed.Die();

        await using var node = NewNode(
            async (turn, token) => await turn.SendActivityAsync($"charged {await turn.OnceAsync("charge", _ => CallAsync(turn), StepDurability.Durable, token)}", token),
            name: "alive",
            queued: true);

        Assert.Equal(["charged 1"], await _channel.WaitForAsync(1));
        Assert.Single(_keys);
    }

    [Fact]
    public async Task Call_whose_result_was_not_written_is_repeated_with_the_same_key()
    {
        var doomed = new DyingStore(_store);
        var called = new TaskCompletionSource();
        var dead = NewNode(
            async (turn, token) => await turn.OnceAsync(
                "charge",
                async _ =>
                {
                    await CallAsync(turn);
                    doomed.Die();
                    called.SetResult();
                    return 0;
                },
                StepDurability.Durable,
                token),
            doomed,
            "dead",
            queued: true);
        await dead.SendAsync("x");
        await called.Task;

        await using var node = NewNode(
            async (turn, token) => await turn.SendActivityAsync($"charged {await turn.OnceAsync("charge", _ => CallAsync(turn), StepDurability.Durable, token)}", token),
            name: "alive",
            queued: true);

        Assert.Equal(["charged 2"], await _channel.WaitForAsync(1));
        Assert.Equal(2, _keys.Count);
        Assert.Single(_keys.Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Activity_that_another_node_has_done_is_not_called_for_again_by_a_node_with_an_old_record()
    {
        await using var first = NewNode(ChargeAsync, name: "first");
        await using var second = NewNode(ChargeAsync, name: "second");
        await second.SendAsync("before");
        await first.SendAsync("x");

        var again = await second.SendAsync("x");

        Assert.Equal(new TurnOutcome.Committed(null, IsDuplicate: true), again);
        Assert.Equal(2, _keys.Count);
    }

    [Fact]
    public async Task Turn_on_a_node_with_an_old_record_calls_only_when_the_state_as_it_is_asks_for_it()
    {
        await using var first = NewNode(ChargeOnceAsync, name: "first");
        await using var second = NewNode(ChargeOnceAsync, name: "second");
        await second.SendAsync("before");
        await first.SendAsync("pay");

        await second.SendAsync("pay again");

        Assert.Contains("paid already", await _channel.WaitForAsync(3));
        Assert.Single(_keys);

        async Task ChargeOnceAsync(TurnContext turn, CancellationToken token)
        {
            if (turn.Activity.Text == "before")
            {
                await turn.SendActivityAsync("hello", token);
            }
            else if (turn.ConversationState.Get<bool>("paid"))
            {
                await turn.SendActivityAsync("paid already", token);
            }
            else
            {
                await ChargeAsync(turn, token);
                turn.ConversationState.Set("paid", true);
            }
        }
    }

    [Fact]
    public async Task Turn_of_a_timer_that_is_overtaken_before_its_call_runs_again_in_the_same_attempt()
    {
        await using var other = NewNode(PizzaLogic.OnTurnAsync, name: "other");
        var runs = 0;
        await using var node = new TestNode(
            _store,
            _channel,
            async (turn, token) =>
            {
                if (turn.Activity.Text == "start")
                {
                    await turn.ScheduleAsync(TimeSpan.Zero, "later", 0);
                    return;
                }

                if (++runs == 1)
                {
                    await other.SendAsync("in between");
                }

                await ChargeAsync(turn, token);
            },
            options => (options.MaxAttempts, options.RecoveryInterval) = (1, TimeSpan.FromMilliseconds(50)));

        await node.SendAsync("start");

        Assert.Contains("charged 1", await _channel.WaitForAsync(2));
        Assert.Equal(2, runs);
        Assert.Single(_keys);
    }

    [Fact]
    public async Task Result_whose_write_was_in_doubt_is_in_the_journal_before_it_is_used()
    {
        var hangs = 0;
        _store.BeforeSave = (_, _) => Interlocked.Exchange(ref hangs, 0) == 1 ? new TaskCompletionSource().Task : Task.CompletedTask;
        var journaled = -1;
        await using var node = new TestNode(
            _store,
            _channel,
            async (turn, token) =>
            {
                var result = await turn.OnceAsync(
                    "charge",
                    _ =>
                    {
                        Volatile.Write(ref hangs, 1);
                        return CallAsync(turn);
                    },
                    StepDurability.Durable,
                    token);
                journaled = RecordFormat.Read((await _store.LoadAsync(turn.Conversation.ToStoreKey(), token))!.Content).Journal.Length;
                await turn.SendActivityAsync($"charged {result}", token);
            },
            options => (options.Queued, options.QueuedTurnDeadline, options.LeaseDuration) = (true, TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(5)));

        await node.SendAsync("x");

        Assert.Equal(["charged 1"], await _channel.WaitForAsync(1));
        Assert.Equal((1, 1), (_keys.Count, journaled));
    }

    [Fact]
    public async Task Call_that_throws_is_made_again()
    {
        var attempts = 0;
        await using var node = NewNode(
            async (turn, token) => await turn.SendActivityAsync($"charged {await turn.OnceAsync("charge", _ => ++attempts < 3 ? throw new IOException("refused") : Task.FromResult(attempts), StepDurability.Durable, token)}", token),
            queued: true);

        await node.SendAsync("x");

        Assert.Equal(["charged 3"], await _channel.WaitForAsync(1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Turn_whose_step_was_superseded_runs_again_though_the_bot_wraps_what_is_thrown(bool severally)
    {
        await using var other = NewNode(PizzaLogic.OnTurnAsync, name: "other");
        await using var node = new TestNode(
            _store,
            _channel,
            async (turn, token) =>
            {
                if (turn.Run == 1)
                {
                    await other.SendAsync("in between");
                }

                try
                {
                    await ChargeAsync(turn, token);
                }
                catch (Exception exception)
                {
                    throw new InvalidOperationException("wrapped", severally ? new AggregateException(new IOException(), exception) : exception);
                }
            },
            build: builder => builder.AddTurnErrorHandler<Apology>());

        await node.SendAsync("x");

        Assert.Equal(["in between", "charged 1"], await _channel.WaitForAsync(2));
    }

    [Fact]
    public async Task Keys_differ_by_step_and_by_turn()
    {
        var keys = new List<string>();
        await using var node = NewNode((turn, _) =>
        {
            keys.Add(turn.IdempotencyKey("charge"));
            keys.Add(turn.IdempotencyKey("mail"));
            return Task.CompletedTask;
        });

        await node.SendAsync("x");
        await node.SendAsync("y");

        Assert.Equal(4, keys.Distinct(StringComparer.Ordinal).Count());
        Assert.All(keys, key => Assert.Equal(32, key.Length));
    }

    [Fact]
    public async Task Result_that_is_too_large_fails_the_turn_with_a_clear_error()
    {
        await using var node = NewNode(async (turn, token) =>
            await turn.OnceAsync("read", _ => Task.FromResult(new string('x', 70_000)), StepDurability.Remembered, token));

        var failed = Assert.IsType<TurnOutcome.Failed>(await node.SendAsync("x"));

        Assert.StartsWith("ET1023", failed.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Result_that_is_no_data_is_refused_before_the_call()
    {
        var calls = 0;
        Func<TurnContext, Task>[] steps =
        [
            turn => turn.OnceAsync("x", _ => Made(new HttpResponseMessage())),
            turn => turn.OnceAsync("x", _ => Made(Task.CompletedTask)),
            turn => turn.OnceAsync("x", _ => Made(default(ValueTask<int>))),
            turn => turn.OnceAsync("x", _ => Made(Stream.Null)),
            turn => turn.OnceAsync("x", _ => Made((IDisposable)Stream.Null)),
            turn => turn.OnceAsync("x", _ => Made<IReadOnlyList<Stream>>([Stream.Null])),
            turn => turn.OnceAsync("x", _ => Made<IComparable>(1)),
            turn => turn.OnceAsync("x", _ => Made<IStore>(_store)),
            turn => turn.OnceAsync("x", _ => Made((1, "two"))),
            turn => turn.OnceAsync("x", _ => Made(() => 1)),
        ];
        foreach (var step in steps)
        {
            await using var node = NewNode((turn, _) => step(turn));

            var failed = Assert.IsType<TurnOutcome.Failed>(await node.SendAsync("x"));

            Assert.StartsWith("ET1128: the step 'x' returns ", failed.Exception.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, calls);

        Task<T> Made<T>(T result)
        {
            calls++;
            return Task.FromResult(result);
        }
    }

    [Fact]
    public async Task Data_of_any_shape_is_kept()
    {
        await using var node = NewNode(async (turn, token) =>
        {
            await KeepAsync(1.5m);
            await KeepAsync<int?>(null);
            await KeepAsync("text");
            await KeepAsync(new Uri("https://pizza.example"));
            await KeepAsync(DayOfWeek.Friday);
            await KeepAsync<DateTimeOffset?>(turn.Activity.Timestamp is null ? null : DateTimeOffset.UnixEpoch);
            await KeepAsync(new { Id = 1, Names = new[] { "a" } });
            await KeepAsync(Tuple.Create(1, "two"));
            await KeepAsync<KeyValuePair<string, int>?>(new("a", 1));
            await KeepAsync<IReadOnlyDictionary<string, IReadOnlyList<int>>>(new Dictionary<string, IReadOnlyList<int>> { ["a"] = [1] });
            await KeepAsync(new byte[] { 1, 2 });
            await KeepAsync(JsonDocument.Parse("{}"));
            await KeepAsync(JsonDocument.Parse("{}").RootElement);
            await KeepAsync<JsonNode>(new JsonObject());
            await KeepAsync(new JsonObject());
            await KeepAsync<object>(1);
            await KeepAsync(MessageFactory.Text("hi"));
            await KeepAsync(ImmutableArray.Create(1));

            async Task KeepAsync<T>(T value) => await turn.OnceAsync($"{typeof(T)}", _ => Task.FromResult(value), StepDurability.Remembered, token);
        });

        Assert.IsType<TurnOutcome.Committed>(await node.SendAsync("x"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public async Task Step_without_a_name_fails_the_turn_with_a_clear_error(string? name)
    {
        await using var node = NewNode(async (turn, token) => await turn.OnceAsync(name!, _ => Task.FromResult(1), cancellationToken: token));

        var failed = Assert.IsType<TurnOutcome.Failed>(await node.SendAsync("x"));

        Assert.StartsWith("ET1023", failed.Exception.Message, StringComparison.Ordinal);
    }

    private sealed class Apology : ITurnErrorHandler
    {
        public async Task OnTurnErrorAsync(TurnContext turn, Exception exception, CancellationToken cancellationToken) =>
            await turn.SendActivityAsync($"sorry: {exception.Message}", cancellationToken);
    }

    private async Task ChargeAsync(TurnContext turn, CancellationToken token) =>
        await turn.SendActivityAsync($"charged {await turn.OnceAsync("charge", _ => CallAsync(turn), StepDurability.Durable, token)}", token);

    private Task<int> CallAsync(TurnContext turn)
    {
        lock (_keys)
        {
            _keys.Add(turn.IdempotencyKey("charge"));
            return Task.FromResult(_keys.Count);
        }
    }

    private TestNode NewNode(
        Func<TurnContext, CancellationToken, Task> bot, IStore? store = null, string name = "node-1", bool queued = false) =>
        new(
            store ?? _store,
            _channel,
            bot,
            options =>
            {
                options.Queued = queued;
                options.LeaseDuration = TimeSpan.FromMilliseconds(300);
                options.RecoveryInterval = TimeSpan.FromMilliseconds(100);
            },
            name: name);
}
