using Everturn.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.Testing.Tests.Bots;

/// <summary>Bots that wait: for virtual time, for other threads, for ever.</summary>
public sealed class WaitingTests
{
    [Fact]
    public async Task Delay_by_the_services_clock_takes_virtual_time()
    {
        await using var bot = FunctionBot.Test(async (turn, token) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(5), turn.Services.GetRequiredService<TimeProvider>(), token);
            await turn.SendActivityAsync("done", token);
        });
        var start = bot.Now;

        await bot.SendAsync("hi");

        await bot.ExpectAsync("done");
        Assert.Equal(TimeSpan.FromSeconds(5), bot.Now - start);
    }

    [Fact]
    public async Task Queued_bot_takes_its_time()
    {
        await using var bot = FunctionBot.TestQueued(async (turn, token) =>
        {
            await Task.Delay(TimeSpan.FromMinutes(5), turn.Services.GetRequiredService<TimeProvider>(), token);
            await turn.SendActivityAsync("done", token);
        });
        await bot.SendAsync("hi");

        await bot.AdvanceAsync(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        Assert.Empty(bot.Replies);
        await bot.AdvanceAsync(TimeSpan.FromTicks(1));

        await bot.ExpectAsync("done");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Work_on_other_threads_is_waited_for_and_takes_no_time(bool comesBack)
    {
        await using var bot = FunctionBot.Test(async (turn, token) =>
        {
            var order = await Task.Run(() => "pizza", token).ConfigureAwait(comesBack);
            var paid = await turn.OnceAsync("pay", async _ => await Task.Run(() => 7).ConfigureAwait(comesBack), cancellationToken: token).ConfigureAwait(comesBack);
            var again = await turn.OnceAsync("again", async _ => await Task.Run(() => 8).ConfigureAwait(comesBack), cancellationToken: token).ConfigureAwait(comesBack);
            await turn.SendActivityAsync($"{order} {paid} {again}", token).ConfigureAwait(comesBack);
        });
        var start = bot.Now;

        for (var number = 0; number < 20; number++)
        {
            await bot.SendAsync("hi");
            await bot.ExpectAsync("pizza 7 8");
            await bot.ExpectNothingMoreAsync();
        }

        Assert.Equal(start, bot.Now);
    }

    [Fact]
    public async Task Test_may_do_things_on_a_node_that_leave_its_thread()
    {
        await using var bot = FunctionBot.Test((_, _) => Task.CompletedTask);
        var start = bot.Now;

        var done = await bot.DoAsync(async services =>
        {
            await Task.Run(() => { }).ConfigureAwait(false);
            return services.GetRequiredService<TimeProvider>().GetUtcNow();
        });

        Assert.Equal(start, done);
    }

    [Fact]
    public async Task Limit_in_virtual_time_ends_a_wait_for_something_real()
    {
        await using var bot = FunctionBot.Test(async (turn, _) =>
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(3), turn.Services.GetRequiredService<TimeProvider>());
            await Task.Delay(Timeout.Infinite, limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await turn.SendActivityAsync("too late", CancellationToken.None);
        });

        await bot.SendAsync("hi");

        await bot.ExpectAsync("too late");
    }

    [Fact]
    public async Task Bot_that_waits_for_ever_fails_the_test()
    {
        await using var bot = FunctionBot.Test((_, _) => new TaskCompletionSource().Task, options => options.RealPatience = TimeSpan.FromMilliseconds(200));

        var failure = await Assert.ThrowsAsync<TestBotException>(() => bot.SendAsync("hi"));

        Assert.StartsWith("ET8003: the turn of \"hi\" has waited for 0.2 s of real time for something that is not there.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bot_that_holds_its_thread_fails_the_test()
    {
        using var released = new ManualResetEventSlim();
        await using var bot = FunctionBot.Test(
            (_, _) =>
            {
                released.Wait(CancellationToken.None);
                return Task.CompletedTask;
            },
            options => options.RealPatience = TimeSpan.FromMilliseconds(200));

        var failure = await Assert.ThrowsAsync<TestBotException>(() => bot.SendAsync("hi"));
        released.Set();

        Assert.StartsWith("ET8003: the turn of \"hi\" has held its thread for 0.2 s.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bot_that_loops_for_ever_fails_the_test()
    {
        await using var bot = FunctionBot.Test(async (_, _) =>
        {
            while (true)
            {
                await Task.Yield();
            }
        });

        var failure = await Assert.ThrowsAsync<TestBotException>(() => bot.SendAsync("hi"));

        Assert.StartsWith("ET8003: the turn of \"hi\" goes on for ever without time passing.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Turn_that_takes_longer_than_its_deadline_is_not_committed()
    {
        await using var bot = FunctionBot.Test((turn, _) => Task.Delay(TimeSpan.FromHours(1), turn.Services.GetRequiredService<TimeProvider>(), CancellationToken.None));

        var failure = await Assert.ThrowsAsync<TestBotException>(() => bot.SendAsync("hi"));

        Assert.StartsWith("ET8006: the turn of \"hi\" was not committed. ET1008:", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Queued_bot_that_always_throws_shows_why_it_says_nothing()
    {
        await using var bot = FunctionBot.TestQueued((_, _) => throw new InvalidOperationException("no money"));
        await bot.SendAsync("hi");

        var failure = await Assert.ThrowsAsync<TestBotException>(() => bot.ExpectAsync("paid"));

        Assert.Contains("InvalidOperationException: no money", failure.Message, StringComparison.Ordinal);
        Assert.Contains("went to dead letters", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Test_without_a_bot_fails()
    {
        var failure = Assert.Throws<TestBotException>(() => TestBot.Create(services => services.AddEverturnCore()));

        Assert.StartsWith("ET8001:", failure.Message, StringComparison.Ordinal);
    }
}
