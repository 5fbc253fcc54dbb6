using System.Collections.Concurrent;
using System.Globalization;
using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Hosting;
using Everturn.Turns;

namespace Everturn.Tests.Turns;

/// <summary>Turns that nobody asked for, and what pretends to be one.</summary>
public sealed class OriginTests
{
    private readonly FaultyStore _store = new();
    private readonly RecordingChannel _channel = new();

    [Theory]
    [InlineData(ActivityTypes.Event, "timer-1.0", false)]
    [InlineData(ActivityTypes.Event, "timer-1.0", true)]
    [InlineData(ActivityTypes.Event, "continue-k", true)]
    [InlineData("everturn", "timer", true)]
    [InlineData("everturn", "5:timer3:1.0", true)]
    [InlineData("everturn", "continue1:k", true)]
    public async Task Activity_of_a_channel_is_asked_for_whatever_its_type_and_id(string type, string id, bool queued)
    {
        await using var node = NewNode(async (turn, token) => await turn.SendActivityAsync($"{turn.IsUnasked}", token), options => options.Queued = queued);
        var activity = TestNode.Message("x").Activity;
        (activity.Type, activity.Name, activity.Id) = (type, "refund", id);

        await node.SendAsync(activity);

        Assert.Equal(["False"], await _channel.WaitForAsync(1));
        Assert.Equal(id, ActivityJson.Read(_channel.Rows[0].Activity.Span).ReplyToId);
    }

    [Theory]
    [InlineData("timer", "1.0")]
    [InlineData("everturn", "timer3:1.0")]
    public async Task Activity_of_a_channel_does_not_take_a_timers_place(string type, string id)
    {
        await using var node = NewNode(async (turn, token) =>
        {
            if (turn.Activity.Text == "start")
            {
                await turn.ScheduleAsync(TimeSpan.FromSeconds(1), "later", 0);
            }

            await turn.SendActivityAsync(turn.IsUnasked ? "fired" : "heard", token);
        });
        await node.SendAsync("start");
        var activity = TestNode.Message("x").Activity;
        (activity.Type, activity.Id) = (type, id);

        await node.SendAsync(activity);

        Assert.Equal(["heard", "heard", "fired"], await _channel.WaitForAsync(3));
    }

    [Fact]
    public async Task Turn_that_nobody_asked_for_has_the_time_of_its_timer_or_of_its_acceptance_and_answers_nothing()
    {
        var due = DateTimeOffset.UtcNow;
        await using var node = NewNode(async (turn, token) =>
        {
            if (turn.IsUnasked)
            {
                await turn.SendActivityAsync(turn.Activity.Timestamp!, token);
            }
            else
            {
                await turn.ScheduleAsync(due, "later", 0);
            }
        });

        await node.SendAsync("x");
        await _channel.WaitForAsync(1);
        await node.Conversations.ContinueAsync(TestNode.Message("x").Activity.GetConversationReference(), "k");

        var times = (await _channel.WaitForAsync(2)).Select(text => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(due, times[0]);
        Assert.InRange(times[1], due, DateTimeOffset.UtcNow);
        Assert.All(_channel.Texts, text => Assert.EndsWith("Z", text, StringComparison.Ordinal));
        Assert.All(_channel.Rows, row => Assert.Null(ActivityJson.Read(row.Activity.Span).ReplyToId));
    }

    [Fact]
    public async Task Keys_of_its_calls_differ_in_a_later_life_of_the_conversation()
    {
        var keys = new ConcurrentQueue<string>();
        var reference = TestNode.Message("x").Activity.GetConversationReference();
        await using var node = NewNode(
            async (turn, _) =>
            {
                if (turn.IsUnasked)
                {
                    keys.Enqueue(turn.IdempotencyKey("charge"));
                }
                else
                {
                    await turn.ScheduleAsync(TimeSpan.Zero, "later", 0);
                }
            },
            options => (options.InboxRetention, options.TombstoneRetention) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)));

        await node.SendAsync("first");
        await node.Conversations.ContinueAsync(reference, "k");
        await Eventually.TrueAsync(() => Task.FromResult(keys.Count == 2));
        await Eventually.TrueAsync(async () => (await node.UserData.EraseAsync("user")).Ended.Count == 1);
        await Eventually.TrueAsync(async () => await _store.LoadAsync(new ConversationKey("test", "test", "c").ToStoreKey(), CancellationToken.None) is null);
        await node.SendAsync("second");
        await node.Conversations.ContinueAsync(reference, "k");
        await Eventually.TrueAsync(() => Task.FromResult(keys.Count == 4));

        Assert.Equal(4, keys.Distinct(StringComparer.Ordinal).Count());
    }

    private TestNode NewNode(Func<TurnContext, CancellationToken, Task> bot, Action<EverturnOptions>? configure = null) => new(
        _store,
        _channel,
        bot,
        options =>
        {
            options.LeaseDuration = TimeSpan.FromMilliseconds(300);
            options.RecoveryInterval = TimeSpan.FromMilliseconds(100);
            configure?.Invoke(options);
        });
}
