using Everturn.Turns;

namespace Everturn.Testing.Tests.Bots;

/// <summary>Updates and deletions, as the user of a bot under test sees them.</summary>
public sealed class ChangeTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Message_changes_where_it_stands_and_is_gone_when_it_is_deleted(bool takesOurIds)
    {
        await using var bot = FunctionBot.Test(CountAsync, options => options.TakesOurIds = takesOurIds).MustBeRerunnable();
        await bot.SendAsync("begin");
        await bot.ExpectAsync("0");
        await bot.SendAsync("more");
        await bot.SendAsync("say");
        await bot.ExpectAsync("said");

        Assert.Equal(["1", "said"], bot.Replies.Select(reply => reply.Text));
        await bot.SendAsync("end");
        await bot.ExpectNothingMoreAsync();
        Assert.Equal(["said"], bot.Replies.Select(reply => reply.Text));
        await bot.SendAsync("say");
        await bot.ExpectAsync("said");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Update_survives_the_node_that_made_it(bool takesOurIds)
    {
        await using var bot = FunctionBot.Test(CountAsync, options => options.TakesOurIds = takesOurIds);
        await bot.SendAsync("begin");
        await bot.ExpectAsync("0");
        // Its delivery is confirmed by then: otherwise the first crash might make it come again.
        await bot.AdvanceAsync(TimeSpan.FromSeconds(1));

        foreach (var point in new[] { CrashPoint.BeforeCommit, CrashPoint.AfterCommit, CrashPoint.BeforeDelivery, CrashPoint.AfterDelivery })
        {
            bot.Next.Crash(point);
            await bot.SendAsync("more");
        }

        await bot.AdvanceAsync(TimeSpan.FromSeconds(10));
        await bot.ExpectNothingMoreAsync();
        Assert.Equal("4", Assert.Single(bot.Replies).Text);
    }

    private static async Task CountAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        var state = turn.ConversationState;
        switch (turn.Activity.Text)
        {
            case "begin":
                state.Set("id", await turn.SendActivityAsync("0", cancellationToken));
                return;
            case "more":
                state.Set("count", state.Get<int>("count") + 1);
                await turn.UpdateActivityAsync(new() { Id = state.Get<string>("id"), Text = $"{state.Get<int>("count")}" }, cancellationToken);
                return;
            case "end":
                await turn.DeleteActivityAsync(state.Get<string>("id")!, cancellationToken);
                return;
            default:
                await turn.SendActivityAsync("said", cancellationToken);
                return;
        }
    }
}
