using System.Collections.Concurrent;
using Everturn.Dialogs;
using Everturn.Dialogs.Flows;
using Everturn.Storage;
using Everturn.Turns;

namespace Everturn.Tests.Dialogs;

/// <summary>Flows on a store whose answers are lost, and on nodes that die or run at once. More of what may happen, TestBot tries.</summary>
public sealed class FlowInDoubtTests
{
    private static readonly string[] Messages = ["hello", "30", "ham", "yes", "5"];

    private static readonly string[] Conversation =
        ["How big?", "What on it?", "Order 30 with ham?", "Ordered.", "How was it?", "Thanks for 5."];

    [Fact]
    public async Task Answer_of_a_save_that_is_lost_repeats_neither_question_nor_call()
    {
        var (store, channel, keys) = (new FaultyStore(), new RecordingChannel(), new ConcurrentQueue<string>());
        var isLost = false;
        store.AfterSave = (number, _) => number % 3 == 0 && (isLost = true) ? throw new IOException("answer lost") : Task.CompletedTask;
        var order = Order(keys);
        await using var node = new TestNode(
            store,
            channel,
            (turn, token) => order.RunAsync(turn, cancellationToken: token),
            options =>
            {
                options.Queued = true;
                options.LeaseDuration = TimeSpan.FromMilliseconds(300);
                options.RecoveryInterval = TimeSpan.FromMilliseconds(50);
            });

        for (var message = 0; message < Messages.Length; message++)
        {
            await node.SendAsync(Messages[message]);
            await channel.WaitForAsync(Expected(message));
        }

        Assert.True(isLost);
        Assert.Equal(Conversation, channel.Texts);
        Assert.Single(keys.Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_a_call_was_made_with_is_what_the_user_is_told_after_the_node_dies()
    {
        var (store, channel) = (new FaultyStore(), new RecordingChannel());
        var charged = new ConcurrentQueue<string>();
        var called = new TaskCompletionSource();
        var doomed = new DyingStore(store);
        var dead = NewNode("dead", doomed, channel, isQueued: true, Charging(charged, async () =>
        {
            called.TrySetResult();
            await new TaskCompletionSource().Task;
        }));
        await dead.SendAsync("x");
        await called.Task;
        doomed.Die();

        await using var node = NewNode("node", store, channel, isQueued: true, Charging(charged, () => Task.CompletedTask));

        Assert.Equal([Assert.Single(charged)], await channel.WaitForAsync(1));
    }

    [Fact]
    public async Task Nodes_that_run_a_turn_at_once_go_on_with_the_same_time_and_chance()
    {
        var (store, channel) = (new FaultyStore(), new RecordingChannel());
        var charged = new ConcurrentQueue<string>();
        var (found, mayCall, called, mayEnd) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        await using var slow = NewNode("slow", store, channel, isQueued: false, Charging(charged, () => Task.CompletedTask, () =>
        {
            found.TrySetResult();
            return mayCall.Task;
        }));
        await using var fast = NewNode("fast", store, channel, isQueued: false, Charging(charged, () =>
        {
            called.TrySetResult();
            return mayEnd.Task;
        }));
        var first = slow.SendAsync("x", id: "same");
        await found.Task;
        var second = fast.SendAsync("x", id: "same");
        await called.Task;
        mayCall.SetResult();
        Assert.IsType<TurnOutcome.Committed>(await first);
        mayEnd.SetResult();

        Assert.True(Assert.IsType<TurnOutcome.Committed>(await second).IsDuplicate);
        Assert.Equal([Assert.Single(charged)], await channel.WaitForAsync(1));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 4)]
    public async Task Time_and_chance_cost_no_write_until_a_call_follows(bool isCalling, int writes)
    {
        var store = new FaultyStore();
        var flow = new FlowDialog("values", async flow =>
        {
            await flow.NowAsync();
            await flow.RandomAsync(6);
            if (isCalling)
            {
                await flow.OnceAsync("order", _ => Task.FromResult(true));
            }
        });
        await using var node = NewNode("node", store, new RecordingChannel(), isQueued: false, flow);

        await node.SendAsync("x");

        Assert.Equal(writes, store.Saves);
    }

    private static FlowDialog Charging(ConcurrentQueue<string> charged, Func<Task> afterCall, Func<Task>? beforeCall = null) => new("order", async flow =>
    {
        var order = FormattableString.Invariant($"{await flow.RandomAsync(int.MaxValue)} at {await flow.NowAsync():O}");
        await (beforeCall?.Invoke() ?? Task.CompletedTask);
        await flow.OnceAsync("charge", _ =>
        {
            charged.Enqueue(order);
            return Task.FromResult(true);
        });
        await afterCall();
        await flow.SayAsync(order);
    });

    private static TestNode NewNode(string name, IStore store, RecordingChannel channel, bool isQueued, FlowDialog flow) => new(
        store,
        channel,
        (turn, token) => flow.RunAsync(turn, cancellationToken: token),
        options =>
        {
            options.Queued = isQueued;
            options.LeaseDuration = TimeSpan.FromMilliseconds(300);
            options.RecoveryInterval = TimeSpan.FromMilliseconds(50);
        },
        name: name);

    // How many texts there are after a message: the fourth brings two.
    private static int Expected(int message) => message < 3 ? message + 1 : message + 2;

    private static FlowDialog Order(ConcurrentQueue<string> keys) => new("order", async flow =>
    {
        var size = await flow.AskAsync<int>("How big?");
        var topping = await flow.ChooseAsync("What on it?", ["ham", "cheese"]);
        if (await flow.ConfirmAsync($"Order {size} with {topping}?"))
        {
            await flow.OnceAsync("order", (key, _) =>
            {
                keys.Enqueue(key);
                return Task.FromResult(true);
            });
            await flow.SayAsync("Ordered.");
        }

        await flow.SayAsync($"Thanks for {await flow.AskAsync<int>("How was it?")}.");
    });
}
