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

    private TestNode NewNode(Action<EverturnOptions> options) => new(_store, _channel, (_, _) => Task.CompletedTask, options);
}
