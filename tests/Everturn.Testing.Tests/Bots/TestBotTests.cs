using Everturn.Activities;
using Everturn.Turns;

namespace Everturn.Testing.Tests.Bots;

/// <summary>What a test of a bot says and sees.</summary>
public sealed class TestBotTests
{
    [Fact]
    public async Task Bot_that_answers_is_heard()
    {
        await using var bot = FunctionBot.Test(EchoAsync);

        await bot.SendAsync("hi");

        await bot.ExpectAsync("hi!");
        await bot.ExpectNothingMoreAsync();
    }

    [Fact]
    public async Task Bot_that_says_something_else_fails_the_test_with_what_it_said()
    {
        await using var bot = FunctionBot.Test(EchoAsync);
        await bot.SendAsync("hi");

        var failure = await Assert.ThrowsAsync<TestBotException>(() => bot.ExpectAsync("Hello."));

        Assert.Equal("ET8002: expected the bot to say\n  \"Hello.\"\nbut it said\n  \"hi!\"\nWhat was said so far:\n  user: \"hi\"\n  bot: \"hi!\"", failure.Message);
    }

    [Fact]
    public async Task Bot_that_says_nothing_fails_the_test_within_its_patience()
    {
        await using var bot = FunctionBot.Test((_, _) => Task.CompletedTask);
        await bot.SendAsync("hi");

        var failure = await Assert.ThrowsAsync<TestBotException>(() => bot.ExpectAsync("Hello."));

        Assert.StartsWith("ET8002: expected the bot to say\n  \"Hello.\"\nbut it said nothing within 30 s of virtual time.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(30), bot.Now - new TestBotOptions().Start);
    }

    [Fact]
    public async Task Bot_that_says_more_than_expected_fails_the_test()
    {
        await using var bot = FunctionBot.Test(EchoAsync);
        await bot.SendAsync("hi");

        var failure = await Assert.ThrowsAsync<TestBotException>(bot.ExpectNothingMoreAsync);

        Assert.StartsWith("ET8002: expected the bot to say nothing more, but it said\n  \"hi!\"\n", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_take_no_time()
    {
        await using var bot = FunctionBot.Test(EchoAsync);
        var start = bot.Now;

        for (var number = 0; number < 10; number++)
        {
            await bot.SendAsync("hi");
            await bot.ExpectAsync("hi!");
            await bot.ExpectNothingMoreAsync();
        }

        Assert.Equal(start, bot.Now);
    }

    [Fact]
    public async Task Queued_bot_is_heard()
    {
        await using var bot = FunctionBot.TestQueued(EchoAsync);

        await bot.SendAsync("hi");
        await bot.ExpectAsync("hi!");
        await bot.SendAsync("ho");
        await bot.ExpectAsync("ho!");

        await bot.ExpectNothingMoreAsync();
    }

    [Fact]
    public async Task Bot_that_throws_fails_the_message()
    {
        await using var bot = FunctionBot.Test((_, _) => throw new InvalidOperationException("no"));

        var failure = await Assert.ThrowsAsync<TestBotException>(() => bot.SendAsync("hi"));

        Assert.Equal("ET8005: the bot threw in the turn of \"hi\", and nothing was committed. InvalidOperationException: no", failure.Message);
        Assert.IsType<InvalidOperationException>(failure.InnerException);
    }

    [Fact]
    public async Task Timer_fires_when_its_time_has_come()
    {
        await using var bot = FunctionBot.Test(async (turn, token) =>
        {
            if (turn.Activity.Type == ActivityTypes.Event)
            {
                await turn.SendActivityAsync("ready", token);
                return;
            }

            await turn.ScheduleAsync(TimeSpan.FromMinutes(30), "ready", 1);
        });
        await bot.SendAsync("order");

        await bot.AdvanceAsync(TimeSpan.FromMinutes(30) - TimeSpan.FromTicks(1));
        Assert.Empty(bot.Replies);
        await bot.AdvanceAsync(TimeSpan.FromTicks(1));

        Assert.Single(bot.Replies);
        await bot.ExpectAsync("ready");
        await bot.ExpectNothingMoreAsync();
    }

    [Fact]
    public async Task Year_passes_quickly()
    {
        await using var bot = FunctionBot.Test(async (turn, token) => await turn.SendActivityAsync($"{turn.Activity.Type}", token));
        await bot.SendAsync("hi");
        await bot.ExpectAsync("message");

        await bot.AdvanceAsync(TimeSpan.FromDays(365));

        Assert.Equal(new TestBotOptions().Start.AddDays(365), bot.Now);
        await bot.ExpectNothingMoreAsync();
    }

    private static async Task EchoAsync(TurnContext turn, CancellationToken cancellationToken) =>
        await turn.SendActivityAsync($"{turn.Activity.Text}!", cancellationToken);
}
