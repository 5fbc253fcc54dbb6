using Everturn.Dialogs;
using Everturn.Dialogs.Flows;
using Everturn.Hosting;
using Everturn.Turns;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.Testing.Tests.Bots;

/// <summary>Flows whose node dies, wherever they stand: the user sees each word once, and a call is repeated only with its key.</summary>
public sealed class FlowCrashTests
{
    private readonly List<string> _keys = [];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Node_may_die_at_any_write(bool isQueued) => TestBot.CrashEverywhereAsync(
        () =>
        {
            _keys.Clear();
            return Create(isQueued);
        },
        async bot =>
        {
            await OrderAsync(bot);
            Assert.Single(_keys.Distinct(StringComparer.Ordinal));
            Assert.InRange(_keys.Count, 1, 2);
        });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Node_may_die_when_a_message_is_accepted(int message)
    {
        await using var bot = Create(isQueued: true);

        await OrderAsync(bot, before =>
        {
            if (before == message)
            {
                bot.Next.Crash(CrashPoint.AfterQueued);
            }
        });

        Assert.Single(_keys);
    }

    [Theory]
    [InlineData("BeforeStep", 1)]
    [InlineData("AfterStepCall", 2)]
    [InlineData("AfterStep", 1)]
    public async Task Call_is_repeated_only_when_its_result_was_not_written(string moment, int calls)
    {
        await using var bot = Create(isQueued: true);

        await OrderAsync(bot, before =>
        {
            if (before == 3)
            {
                bot.Next.Crash(moment switch
                {
                    "BeforeStep" => CrashPoint.BeforeStep("order"),
                    "AfterStepCall" => CrashPoint.AfterStepCall("order"),
                    _ => CrashPoint.AfterStep("order"),
                });
            }
        });

        Assert.Equal(calls, _keys.Count);
        Assert.Single(_keys.Distinct(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task What_a_call_was_made_with_is_what_the_user_is_told(bool isQueued) => TestBot.CrashEverywhereAsync(
        () =>
        {
            _keys.Clear();
            return Test(
                new FlowDialog("order", async flow =>
                {
                    var order = FormattableString.Invariant($"{await flow.RandomAsync(int.MaxValue)} at {await flow.NowAsync():O}");
                    await flow.OnceAsync("order", (key, _) =>
                    {
                        _keys.Add($"{key} {order}");
                        return Task.FromResult(true);
                    });
                    await flow.SayAsync(order);
                }),
                isQueued);
        },
        async bot =>
        {
            await bot.SendAsync("hello");
            var reply = await bot.ExpectAsync();
            Assert.EndsWith($" {reply.Text}", Assert.Single(_keys.Distinct(StringComparer.Ordinal)), StringComparison.Ordinal);
        });

    [Fact]
    public Task Time_and_chance_in_replies_are_not_compared() => TestBot.CrashEverywhereAsync(
        () => Test(
            new FlowDialog("dice", async flow => await flow.SayAsync(FormattableString.Invariant($"{await flow.RandomAsync(int.MaxValue)} at {await flow.NowAsync():O}, {Guid.NewGuid()}"))),
            isQueued: false),
        async bot =>
        {
            await bot.SendAsync("hello");
            await bot.ExpectAsync();
        });

    [Theory]
    [InlineData(1, "reply 1 in the conversation 'conversation' is missing")]
    [InlineData(2, "reply 1 in the conversation 'conversation', text: \"1\" in the first run, \"2\" in the second")]
    [InlineData(3, "reply 2 in the conversation 'conversation' is one too many, \"more\"")]
    public async Task Replies_that_a_crash_changes_are_caught_though_the_scenario_does_not_look(int fault, string caught)
    {
        var memory = 0;

        var failure = await Assert.ThrowsAsync<TestBotException>(() => TestBot.CrashEverywhereAsync(
            () =>
            {
                memory = 0;
                return FunctionBot.Test(async (turn, token) =>
                {
                    memory++;
                    if (fault != 1 || memory == 1)
                    {
                        await turn.SendActivityAsync(fault == 2 ? $"{memory}" : "x", token);
                    }

                    if (fault == 3 && memory > 1)
                    {
                        await turn.SendActivityAsync("more", token);
                    }
                });
            },
            async bot =>
            {
                await bot.SendAsync("hi");
                if (fault == 2)
                {
                    await bot.SendAsync("hi");
                }
            }));

        Assert.StartsWith("ET8012: the bot says something else when its node dies at ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(caught, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scenario_that_a_crash_changes_fails_with_the_crash()
    {
        var memory = 0;

        var failure = await Assert.ThrowsAsync<TestBotException>(() => TestBot.CrashEverywhereAsync(
            () =>
            {
                memory = 0;
                return FunctionBot.Test(async (turn, token) => await turn.SendActivityAsync($"{++memory}", token));
            },
            async bot =>
            {
                await bot.SendAsync("hi");
                await bot.ExpectAsync("1");
            }));

        Assert.StartsWith("ET8012: the scenario fails when its node dies at BeforeWrite(1). ET8002: expected the bot to say\n  \"1\"\nbut it said\n  \"2\"", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_after_a_conflict_goes_on_with_the_same_time_and_chance()
    {
        var found = new List<(DateTimeOffset Now, int Chance)>();
        await using var bot = Test(
            new FlowDialog("dice", async flow =>
            {
                found.Add((await flow.NowAsync(), await flow.RandomAsync(1_000_000)));
                await flow.AskAsync<string>("Go on?");
                found.Add((await flow.NowAsync(), await flow.RandomAsync(1_000_000)));
            }),
            isQueued: false);

        bot.Next.Conflict();
        await bot.SendAsync("hello");
        await bot.ExpectAsync("Go on?");
        Assert.Equal(2, found.Count);
        await bot.AdvanceAsync(TimeSpan.FromMinutes(1));
        await bot.SendAsync("yes");

        Assert.Equal(found[0], found[1]);
        Assert.Equal(found[0], found[2]);
        Assert.NotEqual(found[0], found[3]);
    }

    private static async Task OrderAsync(TestBot bot, Action<int>? before = null)
    {
        (string Says, string[] Hears)[] turns =
        [
            ("hello", ["How big?"]),
            ("30", ["What on it?"]),
            ("ham", ["Order 30 with ham?"]),
            ("yes", ["Ordered.", "How was it?"]),
            ("5", ["Thanks for 5."]),
        ];
        for (var turn = 0; turn < turns.Length; turn++)
        {
            before?.Invoke(turn);
            await bot.SendAsync(turns[turn].Says);
            foreach (var hears in turns[turn].Hears)
            {
                await bot.ExpectAsync(hears);
            }
        }

        await bot.ExpectNothingMoreAsync();
    }

    private TestBot Create(bool isQueued) => Test(
        new FlowDialog("order", async flow =>
        {
            var size = await flow.AskAsync<int>("How big?");
            var topping = await flow.ChooseAsync("What on it?", ["ham", "cheese"]);
            if (await flow.ConfirmAsync($"Order {size} with {topping}?"))
            {
                await flow.OnceAsync("order", (key, _) =>
                {
                    _keys.Add(key);
                    return Task.FromResult(true);
                });
                await flow.SayAsync("Ordered.");
            }

            await flow.SayAsync($"Thanks for {await flow.AskAsync<int>("How was it?")}.");
        }),
        isQueued);

    private static TestBot Test(Dialog root, bool isQueued) => TestBot.Create(services =>
    {
        services.AddEverturnCore(options => options.Queued = isQueued);
        services.AddTransient<IBot>(_ => new DialogBot(root));
    });
}
