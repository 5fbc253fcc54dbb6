using System.Collections.Concurrent;
using Everturn.Dialogs;
using Everturn.Dialogs.Flows;

namespace Everturn.Tests.Dialogs;

/// <summary>A flow of a queued bot on a store whose answers are lost. How it fares when its node dies, TestBot tries.</summary>
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
