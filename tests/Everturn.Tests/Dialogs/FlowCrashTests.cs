using System.Collections.Concurrent;
using Everturn.Dialogs;
using Everturn.Dialogs.Flows;
using Everturn.Storage;

namespace Everturn.Tests.Dialogs;

/// <summary>Flows of a queued bot whose node dies, wherever it stands.</summary>
public sealed class FlowCrashTests
{
    private static readonly string[] Messages = ["hello", "30", "ham", "yes", "5"];

    private static readonly string[] Conversation =
        ["How big?", "What on it?", "Order 30 with ham?", "Ordered #1.", "How was it?", "Thanks for 5."];

    private readonly FaultyStore _store = new();
    private readonly RecordingChannel _channel = new();
    private readonly ConcurrentQueue<string> _keys = [];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Node_that_dies_as_a_message_is_accepted_leaves_its_turn_to_another(int deadAt)
    {
        await using var alive = new Switch();
        for (var message = 0; message < Messages.Length; message++)
        {
            if (message == deadAt)
            {
                var doomed = new DyingStore(_store);
                var reached = new TaskCompletionSource();
                var dead = NewNode("dead", doomed, Order(onRun: async () =>
                {
                    reached.TrySetResult();
                    await new TaskCompletionSource().Task;
                }));
                await dead.SendAsync(Messages[message]);
                await reached.Task;
                doomed.Die();
                alive.Use(NewNode("alive"));
            }
            else
            {
                alive.UseIfNone(() => NewNode($"node-{message}"));
                await alive.Node!.SendAsync(Messages[message]);
            }

            await _channel.WaitForAsync(Expected(message));
            await alive.StopAsync();
        }

        Assert.Equal(Conversation, _channel.Texts);
        Assert.Single(_keys);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public async Task Node_that_dies_in_a_call_repeats_it_only_when_its_result_was_not_written(bool isWritten, int calls)
    {
        await using (var node = NewNode("first"))
        {
            for (var message = 0; message < 3; message++)
            {
                await node.SendAsync(Messages[message]);
                await _channel.WaitForAsync(Expected(message));
            }
        }

        var doomed = new DyingStore(_store);
        var called = new TaskCompletionSource();
        var dead = NewNode("dead", doomed, Order(
            onCall: () =>
            {
                if (!isWritten)
                {
                    doomed.Die();
                    called.TrySetResult();
                }
            },
            onCalled: async () =>
            {
                called.TrySetResult();
                await new TaskCompletionSource().Task;
            }));
        await dead.SendAsync(Messages[3]);
        await called.Task;
        doomed.Die();

        await using var alive = NewNode("alive");
        await _channel.WaitForAsync(5);
        await alive.SendAsync(Messages[4]);

        await _channel.WaitForAsync(6);
        Assert.Equal(Conversation.Select(text => text.Replace("#1", $"#{calls}", StringComparison.Ordinal)), _channel.Texts);
        Assert.Equal(calls, _keys.Count);
        Assert.Single(_keys.Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Answer_of_a_save_that_is_lost_repeats_neither_question_nor_call()
    {
        var isLost = false;
        _store.AfterSave = (number, _) => number % 3 == 0 && (isLost = true) ? throw new IOException("answer lost") : Task.CompletedTask;
        await using var node = NewNode("node");

        for (var message = 0; message < Messages.Length; message++)
        {
            await node.SendAsync(Messages[message]);
            await _channel.WaitForAsync(Expected(message));
        }

        Assert.True(isLost);
        Assert.Equal(Conversation, _channel.Texts);
        Assert.Single(_keys.Distinct(StringComparer.Ordinal));
    }

    // How many texts there are after a message: the fourth brings two.
    private static int Expected(int message) => message < 3 ? message + 1 : message + 2;

    private FlowDialog Order(Func<Task>? onRun = null, Action? onCall = null, Func<Task>? onCalled = null) => new("order", async flow =>
    {
        if (onRun is not null)
        {
            await onRun();
        }

        var size = await flow.AskAsync<int>("How big?");
        var topping = await flow.ChooseAsync("What on it?", ["ham", "cheese"]);
        if (await flow.ConfirmAsync($"Order {size} with {topping}?"))
        {
            var order = await flow.OnceAsync("order", (key, _) =>
            {
                _keys.Enqueue(key);
                onCall?.Invoke();
                return Task.FromResult(_keys.Count);
            });
            if (onCalled is not null)
            {
                await onCalled();
            }

            await flow.SayAsync($"Ordered #{order}.");
        }

        await flow.SayAsync($"Thanks for {await flow.AskAsync<int>("How was it?")}.");
    });

    private TestNode NewNode(string name, IStore? store = null, Dialog? root = null)
    {
        root ??= Order();
        return new(
            store ?? _store,
            _channel,
            (turn, token) => root.RunAsync(turn, cancellationToken: token),
            options =>
            {
                options.Queued = true;
                options.LeaseDuration = TimeSpan.FromMilliseconds(300);
                options.RecoveryInterval = TimeSpan.FromMilliseconds(50);
            },
            name: name);
    }

    private sealed class Switch : IAsyncDisposable
    {
        public TestNode? Node { get; private set; }

        public void Use(TestNode node) => Node = node;

        public void UseIfNone(Func<TestNode> make) => Node ??= make();

        public async Task StopAsync()
        {
            if (Node is { } node)
            {
                Node = null;
                await node.DisposeAsync();
            }
        }

        public async ValueTask DisposeAsync() => await StopAsync();
    }
}
