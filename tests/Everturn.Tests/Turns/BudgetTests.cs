using System.Collections.Concurrent;
using Everturn.Hosting;
using Everturn.Turns;

namespace Everturn.Tests.Turns;

public sealed class BudgetTests
{
    private readonly FaultyStore _store = new();
    private readonly RecordingChannel _channel = new();

    [Fact]
    public async Task Busy_conversation_does_not_starve_the_others()
    {
        // One place for all: the quiet conversation waits for one batch of the busy one, not for all of them.
        var runs = new ConcurrentQueue<string>();
        await using var node = new TestNode(
            _store,
            _channel,
            (turn, token) =>
            {
                runs.Enqueue(turn.Conversation.Id);
                return PizzaLogic.OnTurnAsync(turn, token);
            },
            options => (options.MaxConcurrentTurns, options.MailboxCapacity) = (1, 1000));
        var gate = new TaskCompletionSource();
        _store.BeforeSave = (_, _) => gate.Task;
        var busy = Enumerable.Range(0, 200).Select(number => node.SendAsync($"b{number}", conversation: "busy")).ToArray();
        var quiet = node.SendAsync("q", conversation: "quiet");

        gate.SetResult();
        await Task.WhenAll([quiet, .. busy]);

        // The first batch held the place when the quiet one came; its next ones stand in line behind it.
        Assert.InRange(runs.ToList().IndexOf("quiet"), 1, 32);
    }

    [Fact]
    public async Task Queued_bot_accepts_at_once_while_all_places_are_taken_by_long_turns()
    {
        var gate = new TaskCompletionSource();
        await using var node = NewNode(async (_, _) => await gate.Task, options => (options.Queued, options.MaxConcurrentTurns) = (true, 1));
        await node.SendAsync("long");
        await Eventually.TrueAsync(() => Task.FromResult(!HasFreePlace(node.Context.Budget.Attempts)));

        var accepted = await node.SendAsync("other", conversation: "other");
        gate.SetResult();

        Assert.IsType<TurnOutcome.Queued>(accepted);
    }

    [Fact]
    public async Task Ordinary_turn_does_not_wait_for_that_of_a_timer()
    {
        var (begun, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var node = NewNode(
            async (turn, _) =>
            {
                if (turn.IsUnasked)
                {
                    begun.SetResult();
                    await gate.Task;
                }
                else if (turn.Activity.Text == "start")
                {
                    await turn.ScheduleAsync(TimeSpan.Zero, "later", 0);
                }
            },
            options => options.MaxConcurrentTurns = 1);
        await node.SendAsync("start");
        await begun.Task;

        var outcome = await node.SendAsync("hello", conversation: "other");
        gate.SetResult();

        Assert.IsType<TurnOutcome.Committed>(outcome);
    }

    [Fact]
    public async Task Activity_that_waits_for_a_place_is_answered_at_its_deadline()
    {
        await using var node = NewNode(options => (options.MaxConcurrentTurns, options.TurnDeadline) = (1, TimeSpan.FromMilliseconds(200)));
        using (node.Context.Budget.Batches.Take())
        {
            var late = Assert.IsType<TurnOutcome.Unavailable>(await node.SendAsync("x"));

            Assert.StartsWith("ET1008", late.Reason, StringComparison.Ordinal);
        }

        Assert.IsType<TurnOutcome.Committed>(await node.SendAsync("x"));
    }

    [Fact]
    public async Task Queue_that_waits_for_a_place_for_longer_than_a_lease_is_run_by_a_node_that_has_one()
    {
        var gate = new TaskCompletionSource();
        var ranOnIdle = new TaskCompletionSource<string>();
        await using var busy = NewNode(async (_, _) => await gate.Task, Quick);
        await busy.SendAsync("long");
        await busy.SendAsync("waits", conversation: "other");

        var idle = new TestNode(_store, _channel, (turn, _) => Task.FromResult(ranOnIdle.TrySetResult(turn.Activity.Text!)), Quick, name: "idle");
        await using (idle)
        {
            Assert.Equal("waits", await ranOnIdle.Task.WaitAsync(TimeSpan.FromSeconds(20)));
            gate.SetResult();
        }

        static void Quick(EverturnOptions options) => (options.Queued, options.MaxConcurrentTurns, options.LeaseDuration, options.RecoveryInterval) =
            (true, 1, TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void Place_that_is_given_back_goes_to_the_first_who_still_waits()
    {
        var places = new TurnPlaces(1);
        var first = places.Take();
        var (second, third) = (places.Take(), places.Take());

        second.Dispose();
        first.Dispose();
        first.Dispose();

        Assert.True(third.Taken.IsCompleted);
        Assert.False(second.Taken.IsCompleted);
        third.Dispose();
        Assert.True(HasFreePlace(places));
    }

    [Fact]
    public async Task Memory_for_waiting_activities_is_bounded_and_given_back()
    {
        await using var node = NewNode(options => (options.MaxWaitingBytes, options.MailboxCapacity) = (1024 * 1024, 1000));
        var gate = new TaskCompletionSource();
        _store.BeforeSave = (_, _) => gate.Task;
        var big = new string('x', 200_000);

        var held = Enumerable.Range(0, 5).Select(number => node.SendAsync(big, id: $"h{number}", conversation: $"c{number}")).ToArray();
        var refused = await node.SendAsync(big, id: "over", conversation: "other");
        gate.SetResult();

        Assert.StartsWith("ET1019", Assert.IsType<TurnOutcome.Unavailable>(refused).Reason, StringComparison.Ordinal);
        Assert.All(await Task.WhenAll(held), outcome => Assert.IsType<TurnOutcome.Committed>(outcome));
        Assert.IsType<TurnOutcome.Committed>(await node.SendAsync(big, id: "over", conversation: "other"));
    }

    [Fact]
    public async Task Store_that_is_dead_is_left_alone_and_found_again()
    {
        _store.BeforeLoad = _ => Task.FromException(new IOException("dead"));
        await using var node = NewNode(options => options.TurnDeadline = TimeSpan.FromSeconds(1));

        await Task.WhenAll(Enumerable.Range(0, 50).Select(number => node.SendAsync($"m{number}", conversation: $"c{number}")));
        var calls = _store.Loads;
        _store.BeforeLoad = null;

        // Fifty turns that tried every few milliseconds for a second would have called some thousand times.
        Assert.InRange(calls, 8, 150);
        while (await node.SendAsync("back") is TurnOutcome.Unavailable)
        {
        }
    }

    [Fact]
    public async Task Caller_who_stops_waiting_early_is_no_failure_of_the_store()
    {
        await using var node = NewNode(_ => { });
        using var impatient = new CancellationTokenSource();
        impatient.Cancel();

        for (var i = 0; i < 20; i++)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => node.Context.Circuit.CallAsync(() => Task.FromCanceled<int>(impatient.Token), impatient.Token));
        }

        Assert.Equal(1, await node.Context.Circuit.CallAsync(() => Task.FromResult(1)));
    }

    private static bool HasFreePlace(TurnPlaces places)
    {
        using var place = places.Take();
        return place.Taken.IsCompleted;
    }

    private TestNode NewNode(Action<EverturnOptions> options) => NewNode((_, _) => Task.CompletedTask, options);

    private TestNode NewNode(Func<TurnContext, CancellationToken, Task> bot, Action<EverturnOptions> options) => new(_store, _channel, bot, options);
}
