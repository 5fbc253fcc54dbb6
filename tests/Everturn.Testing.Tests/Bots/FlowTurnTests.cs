using Everturn.Activities;
using Everturn.Dialogs;
using Everturn.Dialogs.Flows;

namespace Everturn.Testing.Tests.Bots;

/// <summary>What a flow does to its turn takes effect with it, and once.</summary>
public sealed class FlowTurnTests
{
    [Fact]
    public async Task User_state_changed_in_a_flow_takes_effect_once()
    {
        await using var bot = Test(async flow =>
        {
            var visits = await flow.TurnAsync("visit", async turn =>
            {
                var user = await turn.GetUserStateAsync();
                user.Set("visits", user.Get<int>("visits") + 1);
                return user.Get<int>("visits");
            });
            await flow.AskAsync<string>($"Visit {visits}?");
            await flow.SayAsync($"Visit {visits}.");
        }).MustBeRerunnable();

        bot.Next.Conflict();
        await bot.SendAsync("hello");
        await bot.ExpectAsync("Visit 1?");
        await bot.SendAsync("yes");
        await bot.ExpectAsync("Visit 1.");
        await bot.SendAsync("hello");
        await bot.ExpectAsync("Visit 2?");
        Assert.Equal(2, bot.GetUserState<int>("visits"));
    }

    [Fact]
    public async Task Timer_that_a_flow_has_set_comes_unless_a_later_turn_cancels_it()
    {
        await using var bot = Test(async flow =>
        {
            var timer = await flow.TurnAsync("remind", turn => turn.ScheduleAsync(TimeSpan.FromMinutes(10), "late", 1));
            await flow.AskAsync<string>("Done?");
            await flow.TurnAsync("forget", turn => turn.CancelAsync(timer));
        });
        await bot.SendAsync("hello");
        await bot.ExpectAsync("Done?");
        await bot.SendAsync("yes");
        await bot.SendAsync("hello");
        await bot.ExpectAsync("Done?");

        await bot.AdvanceAsync(TimeSpan.FromHours(1));

        await bot.ExpectAsync("late");
        await bot.ExpectNothingMoreAsync();
    }

    [Fact]
    public async Task Message_that_a_flow_has_sent_is_changed_by_its_id_in_a_later_turn()
    {
        await using var bot = Test(async flow =>
        {
            var poll = await flow.TurnAsync("show", turn => turn.SendActivityAsync("0 votes"));
            await flow.AskAsync<string>("Vote!");
            await flow.TurnAsync("count", turn => turn.UpdateActivityAsync(new() { Type = ActivityTypes.Message, Id = poll, Text = "1 vote" }));
        });
        await bot.SendAsync("hello");
        await bot.ExpectAsync("0 votes");
        await bot.ExpectAsync("Vote!");

        await bot.SendAsync("yes");
        await bot.ExpectNothingMoreAsync();

        Assert.Equal(["1 vote", "Vote!"], bot.Replies.Select(reply => reply.Text));
    }

    private static TestBot Test(Func<FlowContext, Task> method)
    {
        var dialog = new FlowDialog("flow", method);
        return FunctionBot.Test(async (turn, token) =>
        {
            if (turn.Activity.Type == ActivityTypes.Message)
            {
                await dialog.RunAsync(turn, cancellationToken: token);
            }
            else if (turn.IsUnasked)
            {
                await turn.SendActivityAsync(turn.Activity.Name!, token);
            }
        });
    }
}
