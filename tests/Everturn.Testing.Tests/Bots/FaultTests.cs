using System.Globalization;
using Everturn.Activities;
using Everturn.Turns;

namespace Everturn.Testing.Tests.Bots;

/// <summary>What goes wrong by request, and what the user sees of it: nothing.</summary>
public sealed class FaultTests
{
    private readonly List<string> _calls = [];
    private int _runs;

    public static TheoryData<string> Points => ["BeforeCommit", "AfterCommit", "BeforeDelivery", "AfterDelivery", "BeforeStep", "AfterStepCall", "AfterStep"];

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Crash_shows_the_user_nothing(string point) => await SurviveAsync(FunctionBot.Test(PayAsync), point);

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Crash_of_a_queued_bot_shows_the_user_nothing(string point) => await SurviveAsync(FunctionBot.TestQueued(PayAsync), point);

    [Fact]
    public async Task Conflict_runs_the_bot_again()
    {
        await using var bot = FunctionBot.Test(PayAsync);

        bot.Next.Conflict(times: 2);
        await bot.SendAsync("one");

        await bot.ExpectAsync("one, number 1");
        await bot.ExpectNothingMoreAsync();
        Assert.Equal(3, _runs);
        Assert.Single(_calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Conflict_leaves_the_users_state_as_one_run_makes_it(bool hasTransactions)
    {
        await using var bot = FunctionBot.Test(
            async (turn, token) =>
            {
                var user = await turn.GetUserStateAsync(token);
                user.Set("count", user.Get<int>("count") + 1);
                await turn.SendActivityAsync($"{++_runs}", token);
            },
            options => options.HasTransactions = hasTransactions);

        bot.Next.Conflict();
        await bot.SendAsync("one");

        await bot.ExpectAsync("2");
        await bot.ExpectNothingMoreAsync();
        Assert.Equal(1, bot.GetUserState<int>("count"));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task Duplicate_is_answered_once(bool atOnce, int runs)
    {
        await using var bot = FunctionBot.Test(PayAsync);

        bot.Next.DuplicateDelivery(atOnce);
        await bot.SendAsync("one");

        await bot.ExpectAsync("one, number 1");
        await bot.ExpectNothingMoreAsync();
        Assert.Equal(runs, _runs);
        Assert.Single(_calls.Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Timer_has_its_turn_when_its_node_dies_as_it_fires()
    {
        await using var bot = FunctionBot.Test(async (turn, token) =>
        {
            if (turn.Activity.Type == ActivityTypes.Message)
            {
                await turn.ScheduleAsync(TimeSpan.FromMinutes(1), "ready", 1);
                return;
            }

            await turn.SendActivityAsync("ready", token);
        });
        await bot.SendAsync("hi");

        bot.Next.Crash(CrashPoint.AfterQueued);
        await bot.AdvanceAsync(TimeSpan.FromMinutes(1));

        Assert.Empty(bot.Replies);
        await bot.ExpectAsync("ready");
        await bot.ExpectNothingMoreAsync();
    }

    [Fact]
    public async Task Fault_that_does_not_happen_fails_the_test()
    {
        await using var bot = FunctionBot.Test(PayAsync);

        bot.Next.Crash(CrashPoint.BeforeStep("no such step"));
        await bot.SendAsync("one");

        var failure = await Assert.ThrowsAsync<TestBotException>(() => bot.ExpectAsync("one, number 1"));
        Assert.StartsWith("ET8007: Crash(BeforeStep(\"no such step\")) has not happened", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Channel_that_does_not_take_our_ids_shows_the_last_reply_again()
    {
        await using var bot = FunctionBot.Test(PayAsync, options => options.TakesOurIds = false);

        bot.Next.Crash(CrashPoint.AfterDelivery);
        await bot.SendAsync("one");

        await bot.ExpectAsync("one, number 1");
        await bot.ExpectAsync("one, number 1");
        await bot.ExpectNothingMoreAsync();
    }

    private async Task SurviveAsync(TestBot created, string point)
    {
        await using var bot = created;
        var at = point switch
        {
            "BeforeCommit" => CrashPoint.BeforeCommit,
            "AfterCommit" => CrashPoint.AfterCommit,
            "BeforeDelivery" => CrashPoint.BeforeDelivery,
            "AfterDelivery" => CrashPoint.AfterDelivery,
            "BeforeStep" => CrashPoint.BeforeStep("pay"),
            "AfterStepCall" => CrashPoint.AfterStepCall("pay"),
            _ => CrashPoint.AfterStep("pay"),
        };
        await bot.SendAsync("one");
        await bot.ExpectAsync("one, number 1");

        bot.Next.Crash(at);
        await bot.SendAsync("two");
        await bot.ExpectAsync("two, number 2");
        await bot.SendAsync("three");
        await bot.ExpectAsync("three, number 3");
        await bot.ExpectNothingMoreAsync();

        Assert.Equal(3, bot.GetState<int>("count"));
        Assert.Equal(point == "AfterStepCall" ? 4 : 3, _calls.Count);
        Assert.Equal(3, _calls.Distinct(StringComparer.Ordinal).Count());
    }

    private async Task PayAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        _runs++;
        var count = turn.ConversationState.Get<int>("count") + 1;
        turn.ConversationState.Set("count", count);
        var paid = await turn.OnceAsync(
            "pay",
            _ =>
            {
                _calls.Add(turn.IdempotencyKey("pay"));
                return Task.FromResult(true);
            },
            cancellationToken: cancellationToken);
        await turn.SendActivityAsync(string.Create(CultureInfo.InvariantCulture, $"{turn.Activity.Text}, number {(paid ? count : 0)}"), cancellationToken);
    }
}
