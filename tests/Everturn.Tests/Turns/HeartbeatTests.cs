using Everturn.Activities;
using Everturn.Hosting;
using Everturn.Storage;
using Everturn.Turns;

namespace Everturn.Tests.Turns;

/// <summary>Typing indicators while a queued turn runs.</summary>
public sealed class HeartbeatTests
{
    private readonly ManualTime _time = new();
    private readonly PreviewChannel _channel = new() { Interval = TimeSpan.FromMilliseconds(250) };
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Turn_under_way_is_shown_after_half_a_second_and_then_every_three_until_it_is_committed()
    {
        await using var node = NewNode(WaitAsync);

        await node.SendAsync("x");
        await _begun.Task;
        Advance(0.4);
        Assert.Empty(_channel.Order);
        Advance(0.1);
        await _channel.WaitForOrderAsync("typing");
        Advance(2.9);
        Advance(0.1);
        await _channel.WaitForOrderAsync("typing", "typing");
        Advance(2.9);
        Assert.Equal(["typing", "typing"], _channel.Order);
        _goOn.SetResult();
        await _channel.WaitForAsync(1);
        Advance(10);

        Assert.Equal(["typing", "typing", "said done"], _channel.Order);
    }

    [Fact]
    public async Task What_the_bot_shows_itself_is_enough_for_three_seconds()
    {
        await using var node = NewNode(async (turn, token) =>
        {
            var stream = turn.BeginStream();
            await stream.AppendAsync("words", token);
            await WaitAsync(turn, token);
            await stream.EndAsync(token);
        });

        await node.SendAsync("x");
        await _begun.Task;
        Advance(2.9);
        Assert.Equal(["shown words"], _channel.Order);
        Advance(0.1);

        await _channel.WaitForOrderAsync("shown words", "typing");
        _goOn.SetResult();
        await _channel.WaitForAsync(2);
    }

    [Theory]
    [InlineData(ActivityTypes.Event, true, 3)]
    [InlineData(ActivityTypes.Message, true, 0)]
    [InlineData(ActivityTypes.Message, false, 3)]
    public async Task Turn_of_an_event_or_with_the_heartbeat_turned_off_or_not_queued_shows_nothing(string type, bool queued, int interval)
    {
        await using var node = NewNode(WaitAsync, options => (options.Queued, options.HeartbeatInterval) = (queued, TimeSpan.FromSeconds(interval)));
        var activity = TestNode.Message("x").Activity;
        (activity.Type, activity.Name) = (type, "tick");

        var turn = node.SendAsync(activity);
        await _begun.Task;
        Advance(10);
        _goOn.SetResult();
        await turn;
        await _channel.WaitForAsync(1);

        Assert.Equal(["said done"], _channel.Order);
    }

    [Fact]
    public async Task Turn_that_fails_is_shown_no_longer()
    {
        await using var node = NewNode(async (turn, token) =>
        {
            await WaitAsync(turn, token);
            throw new InvalidOperationException("boom");
        });

        await node.SendAsync("x");
        await _begun.Task;
        _goOn.SetResult();
        await Eventually.TrueAsync(async () =>
        {
            Advance(1);
            return await node.DeadLetters.ListAsync().AnyAsync();
        });
        var shown = _channel.Order.Count;
        Advance(10);

        Assert.Equal(shown, _channel.Order.Count);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(-1)]
    [InlineData(61)]
    public async Task Interval_that_makes_no_sense_is_refused_when_the_host_starts(double seconds)
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(
            async () => await NewNode(WaitAsync, options => options.HeartbeatInterval = TimeSpan.FromSeconds(seconds)).DisposeAsync());

        Assert.Contains("ET1016: Everturn:HeartbeatInterval", refused.ToString(), StringComparison.Ordinal);
    }

    private async Task WaitAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        _begun.TrySetResult();
        await _goOn.Task;
        await turn.SendActivityAsync("done", cancellationToken);
    }

    private void Advance(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));

    private TestNode NewNode(Func<TurnContext, CancellationToken, Task> bot, Action<EverturnOptions>? configure = null) => new(
        new MemoryStore(Random.Shared),
        _channel,
        bot,
        options =>
        {
            options.Queued = true;
            options.LeaseDuration = TimeSpan.FromMinutes(1);
            configure?.Invoke(options);
        },
        time: _time);
}
