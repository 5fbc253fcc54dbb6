using System.Collections.Concurrent;
using Everturn.Conversations;
using Everturn.Hosting;
using Everturn.Turns;

namespace Everturn.Tests.Turns;

/// <summary>Calls of turns whose store, room, lease or time runs out.</summary>
public sealed class StepTroubleTests
{
    private static readonly ConversationKey Key = new("test", "test", "c");

    private readonly FaultyStore _store = new();
    private readonly RecordingChannel _channel = new();
    private readonly ConcurrentQueue<string> _calls = new();

    [Fact]
    public async Task Read_that_fails_once_before_a_call_is_repeated()
    {
        var fails = 0;
        _store.BeforeLoad = _ => Interlocked.Exchange(ref fails, 0) == 1 ? Task.FromException(new IOException("cut")) : Task.CompletedTask;
        await using var node = NewNode(async (turn, token) =>
        {
            Volatile.Write(ref fails, 1);
            await CallAsync(turn, token);
        });

        Assert.Equal(new TurnOutcome.Committed(null, IsDuplicate: false), await node.SendAsync("x"));
        Assert.Single(_calls);
    }

    [Fact]
    public async Task Read_of_the_users_record_that_fails_once_is_repeated()
    {
        var fails = 0;
        _store.BeforeLoad = _ => Interlocked.Exchange(ref fails, 0) == 1 ? Task.FromException(new IOException("cut")) : Task.CompletedTask;
        await using var node = NewNode(async (turn, token) =>
        {
            Volatile.Write(ref fails, 1);
            (await turn.GetUserStateAsync(token)).Set("seen", true);
        });

        Assert.IsType<TurnOutcome.Committed>(await node.Engine.ProcessAsync(TestNode.Message("x") with { User = "ada" }, CancellationToken.None));
    }

    [Fact]
    public async Task Store_that_does_not_tell_before_a_call_is_named_as_the_reason()
    {
        var isDown = false;
        _store.BeforeLoad = _ => Volatile.Read(ref isDown) ? Task.FromException(new IOException("cut")) : Task.CompletedTask;
        await using var node = NewNode(
            async (turn, token) =>
            {
                Volatile.Write(ref isDown, true);
                await CallAsync(turn, token);
            },
            options => options.TurnDeadline = TimeSpan.FromMilliseconds(500));

        var unavailable = Assert.IsType<TurnOutcome.Unavailable>(await node.SendAsync("x"));

        Assert.Matches("ET1024|ET1008", unavailable.Reason);
        Assert.Empty(_calls);
    }

    [Fact]
    public async Task Turn_behind_others_of_its_batch_calls_only_when_they_are_committed()
    {
        var gate = new TaskCompletionSource();
        await using var node = NewNode(
            async (turn, token) =>
            {
                if (turn.Activity.Text == "order")
                {
                    turn.ConversationState.Set("order", new string('x', 70_000));
                }
                else if (turn.Activity.Text == "pay" && turn.ConversationState.Has("order"))
                {
                    await CallAsync(turn, token);
                }
            },
            options => options.MaxRecordBytes = 65536);
        _store.BeforeSave = (_, _) => gate.Task;
        var first = node.SendAsync("hello");
        var order = node.SendAsync("order");
        var pay = node.SendAsync("pay");
        gate.SetResult();

        Assert.IsType<TurnOutcome.Committed>(await first);
        Assert.IsType<TurnOutcome.Failed>(await order);
        Assert.IsType<TurnOutcome.Committed>(await pay);
        Assert.Empty(_calls);
    }

    [Fact]
    public async Task Messages_sent_at_once_are_answered_in_order_when_each_calls()
    {
        var gate = new TaskCompletionSource();
        await using var node = NewNode(async (turn, token) =>
        {
            var count = turn.ConversationState.Get<int>("count") + 1;
            turn.ConversationState.Set("count", count);
            await CallAsync(turn, token);
            await turn.SendActivityAsync($"{turn.Activity.Text} {count}", token);
        });
        _store.BeforeSave = (_, _) => gate.Task;
        var sent = Enumerable.Range(1, 6).Select(number => node.SendAsync($"m{number}")).ToArray();
        gate.SetResult();

        await Task.WhenAll(sent);

        Assert.Equal(Enumerable.Range(1, 6).Select(number => $"m{number} {number}"), await _channel.WaitForAsync(6));
        Assert.Equal(6, _calls.Count);
    }

    [Fact]
    public async Task Step_is_not_called_when_its_result_may_find_no_room()
    {
        await using var node = NewNode(
            async (turn, token) =>
            {
                if (turn.Activity.Text == "fill")
                {
                    turn.ConversationState.Set("much", new string('x', 60_000));
                    return;
                }

                await CallAsync(turn, token);
            },
            options => options.MaxRecordBytes = 65536);
        await node.SendAsync("fill");

        var failed = Assert.IsType<TurnOutcome.Failed>(await node.SendAsync("pay"));

        Assert.StartsWith("ET1003: step 'charge' was not called", failed.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(_calls);
    }

    [Fact]
    public async Task What_waits_in_the_queue_leaves_room_for_the_turn_under_way()
    {
        var (begun, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var node = NewNode(
            async (turn, token) =>
            {
                if (turn.Activity.Text == "first")
                {
                    begun.TrySetResult();
                    await gate.Task.WaitAsync(token);
                    await turn.OnceAsync("ask", _ => Task.FromResult(new string('r', 7000)), cancellationToken: token);
                    await turn.SendActivityAsync("done", token);
                }
            },
            options => (options.Queued, options.MaxRecordBytes, options.MaxActivityBytes) = (true, 65536, 32768));
        await node.SendAsync("first");
        await begun.Task;

        Assert.IsType<TurnOutcome.Queued>(await node.SendAsync(new string('x', 20_000), id: "big1"));
        Assert.IsType<TurnOutcome.Queued>(await node.SendAsync(new string('x', 20_000), id: "big2"));
        var third = Assert.IsType<TurnOutcome.Unavailable>(await node.SendAsync(new string('x', 20_000), id: "big3"));
        gate.SetResult();

        Assert.StartsWith("ET1003", third.Reason, StringComparison.Ordinal);
        Assert.Equal(["done"], await _channel.WaitForAsync(1));
    }

    [Fact]
    public async Task Message_is_answered_at_its_deadline_while_a_step_cannot_be_written()
    {
        var isDown = false;
        var called = new TaskCompletionSource();
        _store.BeforeSave = (_, _) => Volatile.Read(ref isDown) ? Task.FromException(new IOException("down")) : Task.CompletedTask;
        await using var node = NewNode(
            async (turn, token) =>
            {
                if (turn.Activity.Text == "x")
                {
                    await turn.OnceAsync(
                        "charge",
                        _ =>
                        {
                            Volatile.Write(ref isDown, true);
                            called.TrySetResult();
                            return Task.FromResult(1);
                        },
                        cancellationToken: token);
                }
            },
            options => (options.Queued, options.TurnDeadline, options.LeaseDuration) = (true, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10)));
        await node.SendAsync("x");
        await called.Task;

        var answer = await node.SendAsync("y").WaitAsync(TimeSpan.FromSeconds(20));
        Volatile.Write(ref isDown, false);

        Assert.StartsWith("ET1008", Assert.IsType<TurnOutcome.Unavailable>(answer).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Turn_whose_lease_was_lost_and_won_again_is_begun_anew()
    {
        var runs = 0;
        var (begun, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var node = NewNode(
            async (turn, token) =>
            {
                if (turn.Activity.Text == "x")
                {
                    Interlocked.Increment(ref runs);
                    begun.TrySetResult();
                    await gate.Task;
                    await CallAsync(turn, token);
                    await turn.SendActivityAsync("done", token);
                }
            },
            options => (options.Queued, options.LeaseDuration) = (true, TimeSpan.FromSeconds(2)));
        await node.SendAsync("x");
        await begun.Task;

        // Another node takes over, this one hears of it by a message that it accepts, and the other gives the lease back.
        await ApplyAsync(record => new Operation.Tend("other#1", TimeSpan.FromSeconds(2), record.Lease.Sighting, DateTimeOffset.UtcNow));
        Assert.IsType<TurnOutcome.Queued>(await node.SendAsync("y"));
        await ApplyAsync(_ => new Operation.Release("other#1", [], DateTimeOffset.UtcNow, DateTimeOffset.UtcNow));
        await Eventually.TrueAsync(async () => (await RecordAsync()).Lease.Owner?.StartsWith("node-1", StringComparison.Ordinal) is true);
        gate.SetResult();

        Assert.Equal(["done"], await _channel.WaitForAsync(1));
        Assert.Single(_calls);
        Assert.InRange(runs, 2, 4);
    }

    [Fact]
    public async Task Run_that_was_left_behind_makes_no_call()
    {
        var (gate, thrown) = (new TaskCompletionSource(), new TaskCompletionSource<Exception?>());
        await using var node = NewNode(
            async (turn, _) =>
            {
                await gate.Task;
                thrown.SetResult(await Record.ExceptionAsync(() => turn.OnceAsync("charge", _ => CallOutAsync(turn), StepDurability.Remembered)));
            },
            options => options.TurnDeadline = TimeSpan.FromMilliseconds(300));

        Assert.IsType<TurnOutcome.Unavailable>(await node.SendAsync("x"));
        gate.SetResult();

        Assert.StartsWith("ET1069", (await thrown.Task)!.Message, StringComparison.Ordinal);
        Assert.Empty(_calls);
    }

    [Fact]
    public async Task Result_that_a_left_behind_run_gets_late_does_not_replace_the_one_in_the_journal()
    {
        var (late, attempts) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), 0);
        var lateCall = new TaskCompletionSource();
        await using var node = NewNode(
            async (turn, token) =>
            {
                if (Interlocked.Increment(ref attempts) == 1)
                {
                    var charge = turn.OnceAsync(
                        "charge",
                        async _ =>
                        {
                            await late.Task;
                            return "late";
                        },
                        cancellationToken: CancellationToken.None);
                    await Record.ExceptionAsync(() => charge);
                    lateCall.SetResult();
                    return;
                }

                var first = await turn.OnceAsync("charge", _ => Task.FromResult("second"), cancellationToken: token);
                late.TrySetResult();
                await lateCall.Task;
                await turn.SendActivityAsync($"{first} {await turn.OnceAsync("charge", _ => Task.FromResult("third"), cancellationToken: token)}", token);
            },
            options => (options.Queued, options.QueuedTurnDeadline) = (true, TimeSpan.FromMilliseconds(800)));

        await node.SendAsync("x");

        Assert.Equal(["second second"], await _channel.WaitForAsync(1));
    }

    private Task CallAsync(TurnContext turn, CancellationToken token) => turn.OnceAsync("charge", _ => CallOutAsync(turn), cancellationToken: token);

    private Task<int> CallOutAsync(TurnContext turn)
    {
        _calls.Enqueue(turn.IdempotencyKey("charge"));
        return Task.FromResult(_calls.Count);
    }

    private async Task ApplyAsync(Func<ConversationRecord, Operation> operation)
    {
        while (true)
        {
            var document = (await _store.LoadAsync(Key.ToStoreKey(), CancellationToken.None))!;
            var record = RecordFormat.Read(document.Content);
            var (next, refusal) = Transition.Apply(record, operation(record));
            Assert.Equal(Refusal.None, refusal);
            if ((await _store.SaveAsync(Key.ToStoreKey(), RecordFormat.Write(next), document.ETag, next.Due)).IsSaved)
            {
                return;
            }
        }
    }

    private async Task<ConversationRecord> RecordAsync() => RecordFormat.Read((await _store.LoadAsync(Key.ToStoreKey(), CancellationToken.None))!.Content);

    private TestNode NewNode(Func<TurnContext, CancellationToken, Task> bot, Action<EverturnOptions>? configure = null) => new(
        _store,
        _channel,
        bot,
        options =>
        {
            (options.LeaseDuration, options.RecoveryInterval) = (TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(100));
            configure?.Invoke(options);
        });
}
