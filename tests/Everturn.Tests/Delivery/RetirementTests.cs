using Everturn.Conversations;
using Everturn.Turns;

namespace Everturn.Tests.Delivery;

public sealed class RetirementTests
{
    private static readonly ConversationKey Key = new("test", "test", "c");

    private readonly FaultyStore _store = new();
    private readonly RecordingChannel _channel = new();

    [Fact]
    public async Task Conversation_silent_for_long_loses_its_state_and_then_its_record()
    {
        await using var node = NewNode(expiry: 1, tombstone: 1);
        await node.SendAsync("a");
        await _channel.WaitForAsync(1);

        await Eventually.TrueAsync(async () => await _store.LoadAsync(Key.ToStoreKey(), default) is null);

        Assert.Contains(Key, _channel.Erased);
        await node.SendAsync("b");
        Assert.Equal(["a", "b"], await _channel.WaitForAsync(2));
    }

    [Fact]
    public async Task Activity_processed_before_the_end_is_still_known_to_the_tombstone()
    {
        await using var node = NewNode(expiry: 1, tombstone: 3600);
        await node.SendAsync("a");
        await _channel.WaitForAsync(1);
        await Eventually.TrueAsync(async () => (await RecordAsync()).EndedUntil is not null);

        Assert.True(Assert.IsType<TurnOutcome.Committed>(await node.SendAsync("a")).IsDuplicate);
        await node.SendAsync("b");

        Assert.Equal(["a", "b"], await _channel.WaitForAsync(2));
        // The numbers go on: a row of the new epoch is never taken for one of the old.
        Assert.True(_channel.Arrivals[1].Row > _channel.Arrivals[0].Row);
    }

    [Fact]
    public async Task Conversation_that_owes_a_reply_does_not_expire()
    {
        var isDown = true;
        _channel.Before = (_, _) => Task.FromResult<Everturn.Delivery.DeliveryOutcome?>(
            Volatile.Read(ref isDown) ? new Everturn.Delivery.DeliveryOutcome.Retry(null, "down") : null);
        await using var node = NewNode(expiry: 1, tombstone: 1);
        await node.SendAsync("a");
        await Eventually.TrueAsync(async () => (await RecordAsync()).Expires < DateTimeOffset.UtcNow.AddSeconds(-1));

        Assert.Null((await RecordAsync()).EndedUntil);
        Volatile.Write(ref isDown, false);

        Assert.Equal(["a"], await _channel.WaitForAsync(1));
        await Eventually.TrueAsync(async () => await _store.LoadAsync(Key.ToStoreKey(), default) is null);
    }

    private async Task<ConversationRecord> RecordAsync() =>
        RecordFormat.Read((await _store.LoadAsync(Key.ToStoreKey(), default))!.Content);

    private TestNode NewNode(int expiry, int tombstone) => new(
        _store,
        _channel,
        PizzaLogic.OnTurnAsync,
        options =>
        {
            options.ConversationExpiry = TimeSpan.FromSeconds(expiry);
            options.InboxRetention = TimeSpan.FromSeconds(1);
            options.TombstoneRetention = TimeSpan.FromSeconds(tombstone);
            options.RecoveryInterval = TimeSpan.FromMilliseconds(100);
        });
}
