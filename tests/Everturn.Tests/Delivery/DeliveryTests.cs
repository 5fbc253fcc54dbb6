using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Hosting;
using Everturn.Tests.Turns;
using Everturn.Turns;

namespace Everturn.Tests.Delivery;

public sealed class DeliveryTests
{
    private readonly FaultyStore _store = new();
    private readonly RecordingChannel _channel = new();

    [Fact]
    public async Task Node_that_dies_between_commit_and_delivery_is_succeeded()
    {
        var dead = new RecordingChannel { Before = (_, _) => new TaskCompletionSource<DeliveryOutcome?>().Task };
        var doomed = new DyingStore(_store);
        var first = NewNode("first", doomed, dead);
        Assert.IsType<TurnOutcome.Committed>(await first.SendAsync("x"));
        doomed.Die();

        await using var second = NewNode("second");

        Assert.Equal(["x"], await _channel.WaitForAsync(1));
        Assert.Empty(dead.Arrivals);
    }

    [Fact]
    public async Task Message_to_another_node_gets_its_reply_behind_those_of_the_dead_one()
    {
        var dead = new RecordingChannel { Before = (_, _) => new TaskCompletionSource<DeliveryOutcome?>().Task };
        var doomed = new DyingStore(_store);
        var first = NewNode("first", doomed, dead);
        await first.SendAsync("x");
        doomed.Die();

        await using var second = NewNode("second", options: options => options.RecoveryInterval = TimeSpan.FromMinutes(10));
        await second.SendAsync("y");

        Assert.Equal(["x", "x+y"], await _channel.WaitForAsync(2));
    }

    [Fact]
    public async Task Node_that_is_proven_dead_is_succeeded_without_waiting_for_its_lease()
    {
        var dead = new RecordingChannel { Before = (_, _) => new TaskCompletionSource<DeliveryOutcome?>().Task };
        var doomed = new DyingStore(_store);
        var first = NewNode("first", doomed, dead, Slow);
        await using var second = NewNode("second", options: Slow);
        await first.SendAsync("x");
        doomed.Die();

        second.Engine.ReportDead(first.Engine.Incarnation);

        Assert.Equal(["x"], await _channel.WaitForAsync(1));

        // Neither a lease nor a round of recovery ends within this test.
        static void Slow(EverturnOptions options) =>
            (options.LeaseDuration, options.RecoveryInterval) = (TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task Rows_of_a_live_tender_are_left_to_it()
    {
        var open = new TaskCompletionSource();
        _channel.Before = async (_, _) =>
        {
            await open.Task;
            return null;
        };
        var other = new RecordingChannel();
        await using var first = NewNode("first", options: Quick);
        await using var second = NewNode("second", channel: other, options: Quick);

        await first.SendAsync("x");
        await second.SendAsync("y");
        await WaitForSavesAsync(_store.Saves + 10);
        open.SetResult();

        Assert.Equal(["x", "x+y"], await _channel.WaitForAsync(2));
        Assert.Empty(other.Arrivals);
    }

    [Fact]
    public async Task Channel_that_asks_to_wait_gets_the_row_later_and_in_order()
    {
        var refusals = 3;
        _channel.Before = (_, _) => Task.FromResult<DeliveryOutcome?>(
            refusals-- > 0 ? new DeliveryOutcome.Retry(TimeSpan.FromMilliseconds(50), "429") : null);
        await using var node = NewNode();

        await node.SendAsync("x");
        await node.SendAsync("y");

        Assert.Equal(["x", "x+y"], await _channel.WaitForAsync(2));
    }

    [Fact]
    public async Task Channel_that_asks_to_wait_long_is_left_until_then_and_found_by_any_node()
    {
        var refusals = 1;
        _channel.Before = (_, _) => Task.FromResult<DeliveryOutcome?>(
            refusals-- > 0 ? new DeliveryOutcome.Retry(TimeSpan.FromMilliseconds(400), "429") : null);
        await using var node = NewNode(options: options => (options.LeaseDuration, options.RecoveryInterval) = (TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(50)));

        await node.SendAsync("x");

        Assert.Equal(["x"], await _channel.WaitForAsync(1));
    }

    [Fact]
    public async Task Row_rejected_for_good_does_not_hold_up_the_others()
    {
        _channel.Before = (row, _) => Task.FromResult<DeliveryOutcome?>(row.Id.Revision == 1 ? new DeliveryOutcome.Rejected("403") : null);
        await using var node = NewNode();

        await node.SendAsync("x");
        await node.SendAsync("y");

        Assert.Equal(["x+y"], await _channel.WaitForAsync(1));
    }

    [Fact]
    public async Task Channel_that_throws_is_tried_again()
    {
        var failures = 2;
        _channel.Before = (_, _) => failures-- > 0 ? throw new IOException("cut") : Task.FromResult<DeliveryOutcome?>(null);
        await using var node = NewNode();

        await node.SendAsync("x");

        Assert.Equal(["x"], await _channel.WaitForAsync(1));
    }

    [Fact]
    public async Task Delivery_longer_than_the_lease_keeps_it_by_renewal()
    {
        var open = new TaskCompletionSource();
        _channel.Before = async (_, _) =>
        {
            await open.Task;
            return null;
        };
        await using var node = NewNode(options: Quick);
        await using var rival = NewNode("rival", options: Quick);

        await node.SendAsync("x");
        await WaitForSavesAsync(10);
        open.SetResult();

        await _channel.WaitForAsync(1);
        await WaitUntilNothingIsOwedAsync();
        Assert.Equal(["x"], _channel.Texts);
    }

    [Fact]
    public async Task Nothing_leaves_before_its_commit()
    {
        var committed = false;
        _store.BeforeSave = async (_, _) => await Task.Yield();
        _store.AfterSave = (_, _) =>
        {
            committed = true;
            return Task.CompletedTask;
        };
        var early = false;
        _channel.Before = (_, _) =>
        {
            early |= !committed;
            return Task.FromResult<DeliveryOutcome?>(null);
        };
        await using var node = NewNode();

        await node.SendAsync("x");
        await _channel.WaitForAsync(1);

        Assert.False(early);
    }

    [Fact]
    public async Task Confirmation_is_written_when_nothing_more_comes()
    {
        await using var node = NewNode();

        await node.SendAsync("x");
        await _channel.WaitForAsync(1);
        await WaitUntilNothingIsOwedAsync();

        Assert.Equal(2, _store.Saves);
    }

    [Fact]
    public async Task Node_that_stops_delivers_and_gives_its_leases_back()
    {
        var node = NewNode();
        await node.SendAsync("x");
        await node.DisposeAsync();

        Assert.Equal(["x"], _channel.Texts);
        Assert.Empty(await _store.ListDueAsync("test", DateTimeOffset.MaxValue, null, 10, default));
        Assert.IsType<TurnOutcome.Unavailable>(await node.SendAsync("y"));
    }

    [Fact]
    public async Task Flood_over_four_nodes_survives_the_death_of_one_in_the_middle()
    {
        var doomed = new DyingStore(_store);
        var a = NewNode("a", doomed);
        await using var b = NewNode("b");
        await using var c = NewNode("c");
        await using var d = NewNode("d");
        TestNode[] nodes = [a, b, c, d];

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(async () =>
        {
            if (i == 40)
            {
                doomed.Die();
            }

            // A client repeats what was not answered, at another node, with the same id.
            for (var at = i % 4; ; at = (at + 1) % 4)
            {
                if (await nodes[at].SendAsync($"t{i}") is TurnOutcome.Committed committed)
                {
                    return committed;
                }
            }
        })));

        Assert.Equal(64, outcomes.Length);
        // A row that the dead node delivered and could not confirm comes again on a channel that does not take our ids.
        var texts = await WaitForLastAsync();
        var once = _channel.Arrivals.DistinctBy(arrival => arrival.Row).OrderBy(arrival => arrival.Row).Select(arrival => arrival.Text).ToArray();
        TurnTests.AssertEachGrowsByOne(once, 64);
        Assert.Equal(64, texts.Split('+').Length);

        async Task<string> WaitForLastAsync()
        {
            await WaitUntilNothingIsOwedAsync();
            return _channel.Arrivals.MaxBy(arrival => arrival.Row).Text;
        }
    }

    [Fact]
    public async Task Node_that_is_cut_off_from_the_store_stops_sending_when_its_lease_is_over()
    {
        var stopped = new TaskCompletionSource();
        var isCut = false;
        var cut = new FaultyStore(_store)
        {
            BeforeSave = (_, _) => Volatile.Read(ref isCut) ? new TaskCompletionSource().Task : Task.CompletedTask,
            BeforeLoad = _ => Volatile.Read(ref isCut) ? new TaskCompletionSource().Task : Task.CompletedTask,
        };
        var slow = new RecordingChannel
        {
            Before = async (_, token) =>
            {
                Volatile.Write(ref isCut, true);
                await using var leash = token.Register(stopped.SetResult);
                await stopped.Task;
                throw new OperationCanceledException(token);
            },
        };
        var node = NewNode("cut", cut, slow);
        await node.SendAsync("x");

        // The store answers neither yes nor no for longer.
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(4));

        await using var other = NewNode("other");
        Assert.Equal(["x"], await _channel.WaitForAsync(1));
        Assert.Empty(slow.Texts);
    }

    [Fact]
    public async Task Node_that_dies_in_a_long_delivery_has_at_most_eight_rows_unconfirmed()
    {
        var doomed = new DyingStore(_store);
        var last = new RecordingChannel
        {
            Before = (row, _) =>
            {
                if (row.Id.Index == 13)
                {
                    doomed.Die();
                }

                return Task.FromResult<DeliveryOutcome?>(null);
            },
        };
        var dead = new TestNode(doomed, last, SayAsync, Quick, name: "dead");
        await dead.SendAsync("x");

        await using var node = new TestNode(_store, _channel, SayAsync, Quick, name: "alive");
        await _channel.WaitForAsync(12);

        Assert.InRange(_channel.Arrivals[0].Row.Index, 8, 20);
        Assert.Equal(19, _channel.Arrivals[^1].Row.Index);

        static async Task SayAsync(TurnContext turn, CancellationToken cancellationToken)
        {
            for (var i = 0; i < 20; i++)
            {
                await turn.SendActivityAsync($"{i}", cancellationToken);
            }
        }
    }

    [Fact]
    public async Task Reply_that_no_channel_could_deliver_fails_its_turn()
    {
        await using var node = NewNode();
        var activity = TestNode.Message("x").Activity;
        (activity.Type, activity.Name, activity.ServiceUrl) = (ActivityTypes.Invoke, "i", null);

        var failed = Assert.IsType<TurnOutcome.Failed>(await node.SendAsync(activity));
        activity.DeliveryMode = DeliveryModes.ExpectReplies;
        activity.Id = "another";

        Assert.StartsWith("ET1060", failed.Exception.Message, StringComparison.Ordinal);
        Assert.IsType<TurnOutcome.Committed>(await node.SendAsync(activity));
    }

    [Fact]
    public async Task Reply_whose_channel_a_node_does_not_have_is_left_to_one_that_has_it()
    {
        var silent = new RecordingChannel { Before = (_, _) => new TaskCompletionSource<DeliveryOutcome?>().Task };
        var doomed = new DyingStore(_store);
        var dead = NewNode("dead", doomed, silent, Quick);
        await dead.SendAsync("x");
        doomed.Die();

        await using (NewNode("without", channel: new NoChannel(), options: Quick))
        {
            await UntilAsync(async () => await LeaseAsync() is { Owner: null, Term: > 1 });
        }

        await using var node = NewNode("with", options: Quick);
        await node.SendAsync("y");

        Assert.Equal(["x", "x+y"], await _channel.WaitForAsync(2));

        async Task<Lease> LeaseAsync() => RecordFormat.Read((await _store.LoadAsync(new ConversationKey("test", "test", "c").ToStoreKey(), default))!.Content).Lease;
    }

    private static void Quick(EverturnOptions options) =>
        (options.LeaseDuration, options.RecoveryInterval) = (TimeSpan.FromMilliseconds(150), TimeSpan.FromMilliseconds(50));

    private TestNode NewNode(
        string name = "node-1", Everturn.Storage.IStore? store = null, IChannel? channel = null, Action<EverturnOptions>? options = null) =>
        new(store ?? _store, channel ?? _channel, PizzaLogic.OnTurnAsync, settings =>
        {
            settings.LeaseDuration = TimeSpan.FromMilliseconds(300);
            settings.RecoveryInterval = TimeSpan.FromMilliseconds(100);
            settings.TurnDeadline = TimeSpan.FromSeconds(2);
            options?.Invoke(settings);
        }, name: name);

    private Task WaitForSavesAsync(int saves) => UntilAsync(() => Task.FromResult(_store.Saves >= saves));

    private Task WaitUntilNothingIsOwedAsync() =>
        UntilAsync(async () => (await _store.ListDueAsync("test", DateTimeOffset.MaxValue, null, 10, default)).Count == 0);

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await condition())
        {
            await Task.Delay(5, patience.Token);
        }
    }

    private sealed class NoChannel : IChannel
    {
        public bool Serves(string channelId, string serviceUrl) => false;

        public ValueTask<IReadOnlyList<DeliveryOutcome>> DeliverAsync(
            ConversationKey conversation, IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask SendEphemeralAsync(ConversationKey conversation, Activity activity, CancellationToken cancellationToken) => default;
    }
}
