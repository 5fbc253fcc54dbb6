using System.Globalization;
using System.Net;
using System.Text.Json;
using Everturn.Activities;
using Everturn.Turns;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.Testing.Tests.Bots;

/// <summary>What MustBeRerunnable catches, each next to a bot that is innocent.</summary>
public sealed class RerunTests
{
    private readonly FakeShop _fake = new();
    private readonly IShop _shop;
    private int _memory;

    public RerunTests() => _shop = TestBot.External<IShop>(_fake);

    public interface IShop
    {
        Task<string> OrderAsync(string what, CancellationToken cancellationToken);
    }

    [Fact]
    public Task Innocent_turn_passes() => InnocentAsync(async (turn, token) =>
    {
        var count = turn.ConversationState.Get<int>("count") + 1;
        turn.ConversationState.Set("count", count);
        var user = await turn.GetUserStateAsync(token);
        user.Set("count", user.Get<int>("count") + 1);
        await turn.ScheduleAsync(TimeSpan.FromMinutes(1), "ready", count);
        await turn.ScheduleAsync(Clock(turn) + TimeSpan.FromMinutes(1), "ready too", count);
        await turn.SendActivityAsync($"{turn.Activity.Text} {count} {turn.Activity.Timestamp}", token);
    });

    [Fact]
    public Task Wall_time_in_a_reply_is_caught() => GuiltyAsync(
        async (turn, token) => await turn.SendActivityAsync($"It is {Clock(turn).ToString("HH:mm", CultureInfo.InvariantCulture)}.", token),
        "ET8009: the turn of \"hi\" does something else when it runs again from the same state:\n  reply 1, text: \"It is 00:00.\" in the first run, \"It is 05:07.\" in the second\n");

    [Fact]
    public Task Wall_time_of_a_step_passes() => InnocentAsync(async (turn, token) =>
    {
        var now = await turn.OnceAsync("now", _ => Task.FromResult(Clock(turn)), StepDurability.Remembered, token);
        await turn.SendActivityAsync($"It is {now:O}.", token);
    });

    [Fact]
    public Task System_clock_is_caught_by_its_fractions() => GuiltyAsync(
        async (turn, token) => await turn.SendActivityAsync($"It is {DateTime.UtcNow:O}.", token), "reply 1, text: \"It is ");

    [Theory]
    [InlineData(2)]
    [InlineData(1000)]
    public Task Chance_is_caught_even_between_two_sides(int sides) => GuiltyAsync(
        (turn, _) =>
        {
            turn.ConversationState.Set("fell", turn.Services.GetRequiredService<Random>().Next(sides));
            return Task.CompletedTask;
        },
        "\n  state \"fell\": ");

    [Fact]
    public Task Chance_of_a_step_passes() => InnocentAsync(async (turn, token) =>
    {
        var fell = await turn.OnceAsync("throw", _ => Task.FromResult(turn.Services.GetRequiredService<Random>().Next(6)), StepDurability.Remembered, token);
        turn.ConversationState.Set("fell", fell);
    });

    [Fact]
    public Task New_identifier_is_caught() => GuiltyAsync(
        (turn, _) =>
        {
            turn.ConversationState.Set("order", new { Id = Guid.NewGuid(), Size = 3 });
            return Task.CompletedTask;
        },
        "\n  state \"order\", id: \"");

    [Fact]
    public Task Memory_of_the_process_is_caught() => GuiltyAsync(
        async (turn, token) => await turn.SendActivityAsync($"{++_memory}", token),
        "\n  reply 1, text: \"1\" in the first run, \"2\" in the second\n");

    [Fact]
    public Task Reply_that_is_said_once_is_caught() => GuiltyAsync(
        async (turn, token) =>
        {
            if (turn.Run == 1)
            {
                await turn.SendActivityAsync("welcome", token);
            }
        },
        "\n  reply 1: \"welcome\" in the first run, nothing in the second\n");

    [Fact]
    public Task Timer_at_another_time_is_caught() => GuiltyAsync(
        async (turn, _) => await turn.ScheduleAsync(TimeSpan.FromMinutes(++_memory), "ready", 1),
        "\n  timer 1, due: 2026-01-01T00:01:00.0000000+00:00 in the first run, 2026-01-01T00:02:00.0000000+00:00 in the second\n");

    [Fact]
    public Task Timer_with_another_value_is_caught() => GuiltyAsync(
        async (turn, _) => await turn.ScheduleAsync(TimeSpan.FromMinutes(1), "ready", ++_memory),
        "\n  timer 1, value: 1 in the first run, 2 in the second\n");

    [Fact]
    public Task Timer_that_is_cancelled_once_is_caught() => GuiltyAsync(
        async (turn, _) =>
        {
            var id = await turn.ScheduleAsync(TimeSpan.FromMinutes(1), "ready", 1);
            if (turn.Run == 1)
            {
                await turn.CancelAsync(id);
            }
        },
        "\n  cancelled timers: 1.0 in the first run, nothing in the second\n");

    [Fact]
    public Task User_state_is_compared() => GuiltyAsync(
        async (turn, token) => (await turn.GetUserStateAsync(token)).Set("count", ++_memory),
        "\n  user state \"count\": 1 in the first run, 2 in the second\n");

    [Fact]
    public Task Error_that_comes_once_is_caught() => GuiltyAsync(
        (_, _) => ++_memory == 1 ? Task.CompletedTask : throw new InvalidOperationException("no"),
        "\n  outcome: done in the first run, InvalidOperationException: no in the second\n");

    [Fact]
    public async Task Error_that_always_comes_is_the_bots()
    {
        await using var bot = FunctionBot.Test((_, _) => throw new InvalidOperationException("no")).MustBeRerunnable();

        var failure = await Assert.ThrowsAsync<TestBotException>(() => bot.SendAsync("hi"));

        Assert.StartsWith("ET8005:", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_of_an_invoke_is_compared()
    {
        await using var bot = FunctionBot.Test((turn, _) =>
        {
            turn.InvokeResponse = new(200, JsonSerializer.SerializeToElement(new { count = turn.Activity.Name == "guilty" ? ++_memory : 0 }));
            return Task.CompletedTask;
        }).MustBeRerunnable();

        Assert.Equal("""{"count":0}""", (await bot.InvokeAsync("innocent")).Body!.Value.GetRawText());
        var failure = await Assert.ThrowsAsync<TestBotException>(() => bot.InvokeAsync("guilty"));

        Assert.Contains("\n  answer, count: 1 in the first run, 2 in the second\n", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_step_in_the_second_run_is_caught_before_it_calls()
    {
        await GuiltyAsync(
            async (turn, token) =>
            {
                var step = Clock(turn).Year == 2026 ? "charge" : "refund";
                await turn.OnceAsync(step, inner => _shop.OrderAsync(step, inner), cancellationToken: token);
                await turn.SendActivityAsync(step, token);
            },
            "ET8009: the turn of \"hi\" does something else when it runs again from the same state:\n  step 1: charge in the first run, refund in the second\nTake");

        Assert.Equal(1, _fake.Calls);
    }

    [Fact]
    public async Task Step_with_a_new_identifier_in_its_name_is_caught_even_if_the_bot_catches_all()
    {
        await GuiltyAsync(
            async (turn, token) =>
            {
                await turn.OnceAsync("look", inner => _shop.OrderAsync("look", inner), cancellationToken: token);
                try
                {
                    await turn.OnceAsync($"charge {Guid.NewGuid()}", inner => _shop.OrderAsync("ham", inner), cancellationToken: token);
                }
                catch (Exception)
                {
                    await turn.SendActivityAsync("That did not work.", token);
                }
            },
            "\n  step 2: charge ");

        Assert.Equal(2, _fake.Calls);
    }

    [Fact]
    public Task Step_that_is_taken_once_is_caught() => GuiltyAsync(
        async (turn, token) =>
        {
            if (turn.Run == 1)
            {
                await turn.OnceAsync("order", inner => _shop.OrderAsync("ham", inner), cancellationToken: token);
            }
        },
        "\n  step 1: order in the first run, nothing in the second\n");

    [Fact]
    public Task Steps_at_once_pass_in_any_order() => InnocentAsync(async (turn, token) =>
    {
        await Task.WhenAll(OrderAsync("ham", _memory), OrderAsync("cheese", 2 - _memory));

        async Task OrderAsync(string what, int after)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1 + after), turn.Services.GetRequiredService<TimeProvider>(), token);
            _memory = 2;
            await turn.OnceAsync($"order {what}", inner => _shop.OrderAsync(what, inner), cancellationToken: token);
        }
    });

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public Task Call_that_fails_at_first_passes(int failures) => InnocentAsync(async (turn, token) =>
    {
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            try
            {
                await turn.OnceAsync("order", _ => _memory++ < failures ? throw new IOException("refused") : Task.FromResult(1), cancellationToken: token);
                await turn.OnceAsync("deliver", _ => Task.FromResult(1), cancellationToken: token);
                await turn.SendActivityAsync("ordered", token);
                return;
            }
            catch (IOException)
            {
                await turn.SendActivityAsync("once more", token);
            }
        }
    });

    [Fact]
    public Task Call_of_a_service_outside_of_a_step_is_caught() => GuiltyAsync(
        async (turn, token) => await turn.SendActivityAsync(await _shop.OrderAsync("ham", token), token),
        "ET8010: the turn of \"hi\" calls IShop.OrderAsync(\"ham\") outside of a step.");

    [Fact]
    public async Task Call_of_a_service_in_a_step_passes_and_is_made_once_a_turn()
    {
        await InnocentAsync(async (turn, token) =>
            await turn.SendActivityAsync(await turn.OnceAsync("order", inner => _shop.OrderAsync("ham", inner), cancellationToken: token), token));

        Assert.Equal(2, _fake.Calls);
    }

    [Fact]
    public async Task Call_that_the_test_allows_passes()
    {
        await using var bot = FunctionBot.Test(async (turn, token) => await turn.SendActivityAsync(await _shop.OrderAsync("ham", token), token))
            .MustBeRerunnable(call => call.Service == "IShop");

        await bot.SendAsync("hi");

        await bot.ExpectAsync("#ham");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_outside_of_a_step_is_caught(bool leavesItsThread)
    {
        using var http = new HttpClient(new FakeServer());
        await GuiltyAsync(
            async (turn, token) =>
            {
                if (leavesItsThread)
                {
                    await Task.Run(() => { }, token).ConfigureAwait(false);
                }

                await turn.SendActivityAsync(await http.GetStringAsync(new Uri("http://shop.example/menu"), token).ConfigureAwait(false), token);
            },
            "ET8010: the turn of \"hi\" calls http://shop.example:80/menu outside of a step.");
    }

    [Fact]
    public async Task Request_in_a_step_passes()
    {
        using var http = new HttpClient(new FakeServer());
        await InnocentAsync(async (turn, token) => await turn.SendActivityAsync(
            await turn.OnceAsync("menu", inner => http.GetStringAsync(new Uri("http://shop.example/menu"), inner), cancellationToken: token), token));
    }

    [Fact]
    public async Task Calls_of_the_test_itself_pass()
    {
        await using var bot = FunctionBot.Test((_, _) => Task.CompletedTask).MustBeRerunnable();

        await _shop.OrderAsync("ham", TestContext.Current.CancellationToken);
        await bot.SendAsync("hi");

        await bot.ExpectNothingMoreAsync();
    }

    [Fact]
    public async Task Queued_turn_is_caught()
    {
        await using var bot = FunctionBot.TestQueued(async (turn, token) => await turn.SendActivityAsync($"{++_memory}", token)).MustBeRerunnable();

        var failure = await Assert.ThrowsAsync<TestBotException>(() => bot.SendAsync("hi"));

        Assert.StartsWith("ET8009: the turn of \"hi\"", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Turn_of_a_timer_is_caught_when_its_time_has_come()
    {
        await using var bot = FunctionBot.Test(async (turn, token) =>
        {
            if (turn.Activity.Type == ActivityTypes.Message)
            {
                await turn.ScheduleAsync(TimeSpan.FromMinutes(1), "ready", 1);
                return;
            }

            await turn.SendActivityAsync($"{++_memory}", token);
        }).MustBeRerunnable();
        await bot.SendAsync("hi");

        var failure = await Assert.ThrowsAsync<TestBotException>(() => bot.AdvanceAsync(TimeSpan.FromMinutes(2)));

        Assert.StartsWith("ET8009: the turn of [event ready] 1 does something else", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_and_second_runs_go_together()
    {
        await using var bot = FunctionBot.Test(async (turn, token) =>
        {
            var count = turn.ConversationState.Get<int>("count") + 1;
            turn.ConversationState.Set("count", count);
            await turn.SendTypingAsync(token);
            await turn.SendActivityAsync(await turn.OnceAsync("order", inner => _shop.OrderAsync($"{count}", inner), cancellationToken: token), token);
        }).MustBeRerunnable();

        await bot.SendAsync("hi");
        await bot.ExpectAsync("#1");
        Assert.Equal(1, bot.TypingCount);
        bot.Next.Conflict().Crash(CrashPoint.BeforeCommit);
        await bot.SendAsync("hi");
        await bot.ExpectAsync("#2");

        Assert.Equal(2, _fake.Calls);
    }

    [Fact]
    public void Service_that_is_no_interface_is_refused()
    {
        var failure = Assert.Throws<ArgumentException>(() => TestBot.External(new FakeShop()));

        Assert.StartsWith("ET8011:", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Service_that_throws_throws_the_same()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _shop.OrderAsync("", TestContext.Current.CancellationToken));
    }

    private static DateTimeOffset Clock(TurnContext turn) => turn.Services.GetRequiredService<TimeProvider>().GetUtcNow();

    private static async Task InnocentAsync(Func<TurnContext, CancellationToken, Task> onTurn)
    {
        await using var bot = FunctionBot.Test(onTurn).MustBeRerunnable();

        await bot.SendAsync("hi");
        await bot.SendAsync("hi");
    }

    private static async Task GuiltyAsync(Func<TurnContext, CancellationToken, Task> onTurn, string caughtWith)
    {
        await using var bot = FunctionBot.Test(onTurn).MustBeRerunnable();

        var failure = await Assert.ThrowsAsync<TestBotException>(() => bot.SendAsync("hi"));

        Assert.Contains(caughtWith, failure.Message, StringComparison.Ordinal);
    }

    private sealed class FakeShop : IShop
    {
        public int Calls { get; private set; }

        public Task<string> OrderAsync(string what, CancellationToken cancellationToken)
        {
            Calls++;
            return what.Length > 0 ? Task.FromResult($"#{what}") : throw new InvalidOperationException("nothing ordered");
        }
    }

    private sealed class FakeServer : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("ham") });
    }
}
