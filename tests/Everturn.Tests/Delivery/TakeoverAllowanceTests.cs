using Everturn.Delivery;
using Everturn.Hosting;

namespace Everturn.Tests.Delivery;

public sealed class TakeoverAllowanceTests
{
    private readonly FaultyStore _store = new();
    private readonly RecordingChannel _channel = new();
    private readonly HeldClock _clock = new();

    [Fact]
    public void Allowance_is_a_seconds_worth_and_grows_back_evenly()
    {
        var allowance = new TakeoverAllowance(4, _clock);

        Assert.Equal(4, Take(allowance));
        Assert.True(allowance.IsEmpty);
        _clock.Now += TimeSpan.FromMilliseconds(200);
        Assert.Equal(0, Take(allowance));
        _clock.Now += TimeSpan.FromMilliseconds(60);
        Assert.False(allowance.IsEmpty);
        Assert.Equal(1, Take(allowance));
        _clock.Now += TimeSpan.FromHours(1);
        Assert.Equal(4, Take(allowance));
    }

    [Fact]
    public async Task Node_that_inherits_many_conversations_takes_over_what_it_is_allowed_to_and_what_somebody_waits_for()
    {
        const int Inherited = 20;
        const int Allowed = 3;
        var silent = new RecordingChannel { Before = (_, _) => new TaskCompletionSource<DeliveryOutcome?>().Task };
        var dead = NewNode("dead", silent, TimeProvider.System);
        await Task.WhenAll(Enumerable.Range(0, Inherited).Select(number => dead.SendAsync($"x{number}", conversation: $"c{number}")));
        await using var heir = NewNode("heir", _channel, _clock, Allowed);

        heir.Engine.ReportDead(dead.Engine.Incarnation);
        var inherited = await _channel.WaitForAsync(Allowed);

        // One that is left over, so that its reply builds on what the dead node owed.
        var left = Enumerable.Range(0, Inherited).First(number => !inherited.Contains($"x{number}"));
        await heir.SendAsync("y", conversation: $"c{left}");
        Assert.Equal([$"x{left}", $"x{left}+y"], (await _channel.WaitForAsync(Allowed + 2)).Skip(Allowed));

        _clock.Now += TimeSpan.FromSeconds(1);
        heir.Engine.ReportDead("another");
        Assert.Equal((2 * Allowed) + 2, (await _channel.WaitForAsync((2 * Allowed) + 2)).Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public void Rate_out_of_its_range_is_refused(int perSecond)
    {
        var options = new EverturnOptions { Bot = "bot", Node = "node", MaxTakeoversPerSecond = perSecond };

        var failure = Assert.Single(new EverturnOptionsValidator().Validate(null, options).Failures!);
        Assert.StartsWith("ET1016: Everturn:MaxTakeoversPerSecond", failure, StringComparison.Ordinal);
    }

    private static int Take(TakeoverAllowance allowance)
    {
        var taken = 0;
        while (allowance.TryTake())
        {
            taken++;
        }

        return taken;
    }

    // Neither a lease nor a round of recovery ends within a test.
    private TestNode NewNode(string name, RecordingChannel channel, TimeProvider time, int takeovers = 64) => new(
        _store, channel, PizzaLogic.OnTurnAsync,
        options =>
        {
            options.LeaseDuration = TimeSpan.FromMinutes(1);
            options.RecoveryInterval = TimeSpan.FromMinutes(10);
            options.MaxTakeoversPerSecond = takeovers;
        },
        name: name, time: time);

    /// <summary>A clock that stands still unless it is put forward; its timers are the system's.</summary>
    private sealed class HeldClock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
