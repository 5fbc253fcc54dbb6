using Everturn.Delivery;
using Everturn.Hosting;
using Everturn.Storage;

namespace Everturn.Tests.Delivery;

public sealed class AmbiguousDeliveryTests
{
    private readonly FaultyStore _store = new();
    private readonly RecordingChannel _channel = new();

    [Fact]
    public async Task Reply_whose_answer_was_lost_is_sent_again_by_default()
    {
        LoseTheFirstAnswer();
        await using var node = NewNode(policy: null);

        await node.SendAsync("x");

        Assert.Equal(["x"], await _channel.WaitForAsync(1));
        Assert.Empty(await node.DeadLetters.ListAsync().ToListAsync());
    }

    [Fact]
    public async Task Reply_whose_answer_was_lost_is_held_and_the_next_ones_go_on()
    {
        LoseTheFirstAnswer();
        await using var node = NewNode(AmbiguousDelivery.Hold);

        await node.SendAsync("x");
        await node.SendAsync("y");

        Assert.Equal(["x+y"], await _channel.WaitForAsync(1));
        var letter = Assert.Single(await node.DeadLetters.ListAsync().ToListAsync());
        Assert.Equal(DeadLetterKind.Outbound, letter.Kind);

        Assert.True(await node.DeadLetters.ReplayAsync(letter.Id));

        Assert.Equal(["x+y", "x"], await _channel.WaitForAsync(2));
    }

    [Fact]
    public async Task Held_reply_that_is_still_in_its_conversation_cannot_be_replayed()
    {
        LoseTheFirstAnswer();
        var doomed = new DyingStore(_store) { DiesAfter = key => key.Contains("/deadletter/", StringComparison.Ordinal) };
        var dead = NewNode(AmbiguousDelivery.Hold, doomed, "dead");
        await dead.SendAsync("x");

        await using var node = NewNode(AmbiguousDelivery.Hold, options: options => options.RecoveryInterval = TimeSpan.FromMinutes(10));
        var letter = await Eventually.NotNullAsync(async () => (await node.DeadLetters.ListAsync().ToListAsync()).SingleOrDefault());
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => node.DeadLetters.ReplayAsync(letter.Id));

        Assert.StartsWith("ET1029", refused.Message, StringComparison.Ordinal);
        Assert.NotNull(await node.DeadLetters.FindAsync(letter.Id));
    }

    [Fact]
    public async Task Reply_of_a_dead_node_is_held_because_it_may_have_been_sent()
    {
        var silent = new RecordingChannel { Before = (_, _) => new TaskCompletionSource<DeliveryOutcome?>().Task };
        var doomed = new DyingStore(_store);
        var dead = new TestNode(doomed, silent, PizzaLogic.OnTurnAsync, name: "dead");
        await dead.SendAsync("x");
        doomed.Die();

        await using var node = NewNode(AmbiguousDelivery.Hold);

        var letter = await Eventually.NotNullAsync(async () => (await node.DeadLetters.ListAsync().ToListAsync()).SingleOrDefault());
        Assert.Equal(DeadLetterKind.Outbound, letter.Kind);
        await node.SendAsync("y");
        Assert.Equal(["x+y"], await _channel.WaitForAsync(1));
    }

    private void LoseTheFirstAnswer()
    {
        var sent = 0;
        _channel.Before = (_, _) => Task.FromResult<DeliveryOutcome?>(
            Interlocked.Increment(ref sent) == 1 ? new DeliveryOutcome.Ambiguous("the answer was lost") : null);
    }

    private TestNode NewNode(
        AmbiguousDelivery? policy, IStore? store = null, string name = "alive", Action<EverturnOptions>? options = null) => new(
        store ?? _store,
        _channel,
        PizzaLogic.OnTurnAsync,
        settings =>
        {
            settings.RecoveryInterval = TimeSpan.FromMilliseconds(100);
            if (policy is { } chosen)
            {
                settings.AmbiguousDelivery["test"] = chosen;
            }

            options?.Invoke(settings);
        },
        name: name);
}
