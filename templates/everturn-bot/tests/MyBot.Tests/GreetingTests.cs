using Everturn.AspNetCore;
using Everturn.Testing;

namespace MyBot.Tests;

public sealed class GreetingTests
{
    [Fact]
    public async Task Name_is_asked_for_and_greeted()
    {
        await using var bot = NewBot();

        await bot.SendAsync("hello");
        await bot.ExpectAsync("What is your name?");
        await bot.SendAsync("Ann");
        await bot.ExpectAsync("Hello, Ann!");
        await bot.ExpectNothingMoreAsync();
    }

    [Fact]
    public async Task Conversation_goes_on_when_a_node_dies()
    {
        await using var bot = NewBot();
        await bot.SendAsync("hello");
        await bot.ExpectAsync("What is your name?");

        bot.Next.Crash(CrashPoint.BeforeCommit);
        await bot.SendAsync("Ann");

        await bot.ExpectAsync("Hello, Ann!");
        await bot.ExpectNothingMoreAsync();
    }

    private static TestBot NewBot() => TestBot.Create(services => services.AddEverturn().AddBot<Bot>());
}
