using Everturn.AspNetCore;
using Everturn.Testing;

namespace NumbersBot.Tests;

/// <summary>The waterfall and the flow, which say the same whatever goes wrong.</summary>
public sealed class SubtractionTests
{
    [Theory]
    [InlineData("waterfall")]
    [InlineData("flow")]
    public async Task Second_number_is_subtracted_from_the_first(string dialog)
    {
        await using var bot = Create(dialog);

        await bot.AddMembersAsync();
        await bot.ExpectNothingMoreAsync();
        await bot.SendAsync("5");
        await bot.ExpectAsync("Enter a number.");
        await bot.SendAsync("ten");
        await bot.ExpectAsync("Enter a number.");
        await bot.SendAsync("10.5");
        await bot.ExpectAsync("I have 10.5 now enter another number");
        await bot.SendAsync("x");
        await bot.ExpectAsync("I have 10.5 now enter another number");
        await bot.SendAsync("3");
        await bot.ExpectAsync("The result of the first minus the second is 7.5.");
        await bot.SendAsync("again");
        await bot.ExpectAsync("Enter a number.");
        await bot.ExpectNothingMoreAsync();
    }

    [Theory]
    [InlineData("waterfall")]
    [InlineData("flow")]
    public async Task Number_whose_difference_would_not_fit_is_asked_for_again(string dialog)
    {
        await using var bot = Create(dialog);
        await bot.SendAsync("hello");
        await bot.ExpectAsync("Enter a number.");

        await bot.SendAsync("79228162514264337593543950335");

        await bot.ExpectAsync("Enter a number.");
    }

    [Theory]
    [InlineData("waterfall")]
    [InlineData("flow")]
    public async Task Nothing_is_lost_when_nodes_die(string dialog)
    {
        await using var bot = Create(dialog);
        await bot.SendAsync("hello");
        await bot.ExpectAsync("Enter a number.");

        bot.Next.Crash(CrashPoint.BeforeCommit);
        await bot.SendAsync("10");
        await bot.ExpectAsync("I have 10 now enter another number");

        bot.Next.Crash(CrashPoint.AfterCommit);
        await bot.SendAsync("3");
        await bot.ExpectAsync("The result of the first minus the second is 7.");
        await bot.ExpectNothingMoreAsync();
    }

    [Theory]
    [InlineData("waterfall")]
    [InlineData("flow")]
    public async Task Message_that_comes_twice_or_meets_another_counts_once(string dialog)
    {
        await using var bot = Create(dialog);
        await bot.SendAsync("hello");
        await bot.ExpectAsync("Enter a number.");

        bot.Next.DuplicateDelivery(atOnce: true);
        await bot.SendAsync("10");
        await bot.ExpectAsync("I have 10 now enter another number");

        bot.Next.Conflict();
        await bot.SendAsync("3");
        await bot.ExpectAsync("The result of the first minus the second is 7.");
        await bot.ExpectNothingMoreAsync();
    }

    private static TestBot Create(string dialog) => TestBot.Create(services =>
    {
        var everturn = services.AddEverturn();
        _ = dialog == "flow" ? everturn.AddBot<FlowSubtraction>() : everturn.AddBot<WaterfallSubtraction>();
    }).MustBeRerunnable();
}
