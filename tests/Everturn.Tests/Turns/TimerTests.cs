using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Storage;
using Everturn.Turns;

namespace Everturn.Tests.Turns;

public sealed class TimerTests
{
    private readonly FaultyStore _store = new();
    private readonly RecordingChannel _channel = new();

    [Fact]
    public async Task Timer_begins_a_turn_once_however_many_nodes_look()
    {
        await using var a = NewNode("a");
        await using var b = NewNode("b");

        await a.SendAsync("remind 50");

        Assert.Equal(["scheduled", "reminded of remind 50"], await _channel.WaitForAsync(2));
        await a.SendAsync("end");
        Assert.Equal(3, (await _channel.WaitForAsync(3)).Count);
    }

    [Fact]
    public async Task Timer_of_a_dead_node_begins_its_turn_on_another()
    {
        var doomed = new DyingStore(_store);
        var dead = NewNode("dead", doomed);
        await dead.SendAsync("remind 300");
        await _channel.WaitForAsync(1);
        doomed.Die();

        await using var alive = NewNode("alive");

        await Eventually.TrueAsync(() => Task.FromResult(_channel.Texts.Contains("reminded of remind 300")));
    }

    [Fact]
    public async Task Timer_cancelled_never_begins_its_turn()
    {
        await using var node = NewNode("a");
        await node.SendAsync("remind 400");
        await node.SendAsync("cancel");
        await node.SendAsync("remind 600");

        Assert.Equal(["scheduled", "cancelled", "scheduled", "reminded of remind 600"], await _channel.WaitForAsync(4));
    }

    [Fact]
    public async Task Timers_beyond_the_limit_are_refused()
    {
        await using var node = NewNode("a");
        for (var timer = 0; timer < 3; timer++)
        {
            await node.SendAsync($"remind {100_000 + timer}");
        }

        var refused = Assert.IsType<TurnOutcome.Unavailable>(await node.SendAsync("remind 5"));

        Assert.StartsWith("ET1022", refused.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("tomorrow")]
    [InlineData("1.0")]
    [InlineData("ev-{tag}-1.0")]
    [InlineData("ev-{tag}-1.1t")]
    [InlineData("ev-{tag}-7.0t")]
    [InlineData("ev-000000000000-1.0t")]
    public async Task Id_that_is_no_timers_cannot_be_cancelled(string? id)
    {
        await using var node = new TestNode(_store, _channel, async (turn, _) =>
        {
            var timer = await turn.ScheduleAsync(TimeSpan.FromHours(1), "reminder", 0);
            await turn.CancelAsync(id?.Replace("{tag}", timer.Split('-')[1], StringComparison.Ordinal)!);
        });

        var failed = Assert.IsType<TurnOutcome.Failed>(await node.SendAsync("x"));

        Assert.StartsWith("ET1064:", Assert.IsType<ArgumentException>(failed.Exception).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Timer_of_another_conversation_cannot_be_cancelled_and_cancels_nothing()
    {
        var timer = "";
        await using var node = new TestNode(_store, _channel, async (turn, _) =>
        {
            if (turn.Activity.Text == "cancel")
            {
                await turn.CancelAsync(timer);
            }

            var id = await turn.ScheduleAsync(TimeSpan.FromHours(1), "reminder", 0);
            timer = turn.Conversation.Id == "first" ? id : timer;
        });
        await node.SendAsync("remind", conversation: "first");
        await node.SendAsync("remind", conversation: "second");

        var failed = Assert.IsType<TurnOutcome.Failed>(await node.SendAsync("cancel", conversation: "second"));

        Assert.StartsWith("ET1064:", failed.Exception.Message, StringComparison.Ordinal);
        var record = RecordFormat.Read((await _store.LoadAsync(new ConversationKey("test", "test", "second").ToStoreKey(), CancellationToken.None))!.Content);
        Assert.Single(record.Timers);
    }

    [Fact]
    public async Task Timer_cannot_be_changed_as_if_it_were_an_activity()
    {
        await using var node = new TestNode(_store, _channel, async (turn, token) =>
            await turn.DeleteActivityAsync(await turn.ScheduleAsync(TimeSpan.FromHours(1), "reminder", 0), token));

        var failed = Assert.IsType<TurnOutcome.Failed>(await node.SendAsync("x"));

        Assert.StartsWith("ET1041:", Assert.IsType<UnknownActivityException>(failed.Exception).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Timer_beyond_all_time_is_refused_and_one_long_past_is_due_now()
    {
        await using var node = new TestNode(_store, _channel, async (turn, token) =>
        {
            if (turn.IsUnasked)
            {
                await turn.SendActivityAsync(turn.Activity.Name!, token);
                return;
            }

            await turn.ScheduleAsync(TimeSpan.MinValue, "past", 0);
            var refused = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => turn.ScheduleAsync(TimeSpan.MaxValue, "never", 0).AsTask());
            await turn.SendActivityAsync(refused.Message[..6], token);
        });

        await node.SendAsync("x");

        Assert.Equal(["ET1065", "past"], await _channel.WaitForAsync(2));
    }

    private TestNode NewNode(string name, IStore? store = null) => new(
        store ?? _store,
        _channel,
        async (turn, token) =>
        {
            if (turn.Activity.Type == ActivityTypes.Event)
            {
                Assert.Equal("reminder", turn.Activity.Name);
                await turn.SendActivityAsync($"reminded of {turn.Activity.Value!.Value.GetString()}", token);
            }
            else if (turn.Activity.Text!.Split(' ') is ["remind", var milliseconds])
            {
                var delay = TimeSpan.FromMilliseconds(int.Parse(milliseconds, System.Globalization.CultureInfo.InvariantCulture));
                turn.ConversationState.Set("timer", await turn.ScheduleAsync(delay, "reminder", turn.Activity.Text));
                await turn.SendActivityAsync("scheduled", token);
            }
            else if (turn.Activity.Text == "cancel")
            {
                await turn.CancelAsync(turn.ConversationState.Get<string>("timer")!);
                await turn.SendActivityAsync("cancelled", token);
            }
            else
            {
                await turn.SendActivityAsync(turn.Activity.Text, token);
            }
        },
        options =>
        {
            options.TimerCapacity = 3;
            options.LeaseDuration = TimeSpan.FromMilliseconds(300);
            options.RecoveryInterval = TimeSpan.FromMilliseconds(50);
        },
        name: name);
}
