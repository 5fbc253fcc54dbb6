using Everturn.Activities;
using Everturn.AspNetCore;
using Everturn.Delivery;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.Testing.Tests.Docs;

/// <summary>The tests that docs/testing.md and docs/rerunnable.md show; Everturn.Docs.Tests compares them.</summary>
public sealed class TestingPage
{
    private static TestBot Create(ITill till, Action<TestBotOptions>? options = null) => TestBot.Create(
        services =>
        {
            services.AddSingleton(till);
            services.AddEverturn().AddBot<CoffeeBot>();
        },
        options);

    [Fact]
    public async Task Coffee_is_ordered()
    {
        var till = new FakeTill();
        await using var bot = TestBot.Create(services =>
        {
            services.AddSingleton<ITill>(till);
            services.AddEverturn().AddBot<CoffeeBot>();
        });

        await bot.SendAsync("hello");
        await bot.ExpectAsync("How many cups?");
        await bot.SendAsync("2");
        await bot.ExpectAsync("2 cups: order them?");
        await bot.PressAsync("Yes");
        await bot.ExpectAsync("Paid, receipt 1.");
        await bot.ExpectNothingMoreAsync();

        Assert.Equal(6, till.Taken);
    }

    [Fact]
    public async Task Question_waits_five_minutes()
    {
        await using var bot = Create(new FakeTill());
        await bot.SendAsync("hello");
        await bot.ExpectAsync("How many cups?");

        await bot.AdvanceAsync(TimeSpan.FromMinutes(5));
        await bot.ExpectAsync("Another time, then.");
        await bot.ExpectNothingMoreAsync();
    }

    [Fact]
    public async Task Coffee_is_ordered_in_German()
    {
        await using var bot = TestBot.Create(
            services =>
            {
                services.AddSingleton<ITill>(new FakeTill());
                services.AddEverturn().AddBot<CoffeeBot>();
            },
            options => options.Locale = "de-DE");
        await bot.SendAsync("hallo");
        await bot.ExpectAsync("How many cups?");
        await bot.SendAsync("1.000");
        await bot.ExpectAsync("1000 cups: order them?");
        await bot.SendAsync("ja");
        await bot.ExpectAsync("Paid, receipt 1.");
    }

    [Fact]
    public async Task Coffee_is_paid_once()
    {
        var till = new FakeTill();
        await using var bot = Create(till);
        await bot.SendAsync("hello");
        await bot.ExpectAsync("How many cups?");

        bot.Next.Conflict();
        await bot.SendAsync("2");
        await bot.ExpectAsync("2 cups: order them?");

        bot.Next.Crash(CrashPoint.AfterStepCall("charge"));
        await bot.SendAsync("yes");
        await bot.ExpectAsync("Paid, receipt 1.");

        Assert.Equal(2, till.Calls);
        Assert.Equal(6, till.Taken);
    }

    [Fact]
    public async Task Coffee_is_paid_once_wherever_the_node_dies()
    {
        var till = new FakeTill();

        await TestBot.CrashEverywhereAsync(
            () => Create(till = new FakeTill()),
            async bot =>
            {
                await bot.SendAsync("hello");
                await bot.ExpectAsync("How many cups?");
                await bot.SendAsync("2");
                await bot.ExpectAsync("2 cups: order them?");
                await bot.SendAsync("yes");
                await bot.ExpectAsync("Paid, receipt 1.");
                Assert.Equal(6, till.Taken);
            });
    }

    [Fact]
    public async Task Coffee_bot_is_rerunnable()
    {
        await using var bot = TestBot.Create(services =>
        {
            services.AddSingleton(TestBot.External<ITill>(new FakeTill()));
            services.AddEverturn().AddBot<CoffeeBot>();
        }).MustBeRerunnable();

        await bot.SendAsync("hello");
        await bot.SendAsync("2");
        await bot.SendAsync("yes");
    }

    [Fact]
    public async Task Two_users_order_for_themselves()
    {
        await using var bot = Create(new FakeTill());
        var ann = bot.Conversation("table 1", user: "ann");
        var ben = bot.Conversation("table 2", user: "ben");

        await ann.SendAsync("hello");
        await ben.SendAsync("hello");
        await ann.SendAsync("1");

        await ann.ExpectAsync("How many cups?");
        await ann.ExpectAsync("1 cups: order them?");
        await ben.ExpectAsync("How many cups?");
        await ben.ExpectNothingMoreAsync();
    }

    [Fact]
    public async Task Error_goes_to_dead_letters()
    {
        await using var bot = TestBot.Create(services =>
        {
            services.AddSingleton<ITill>(new BrokenTill());
            services.AddEverturn().AddQueuedBot<InnocentBot>();
        });

        await bot.SendAsync("hello");
        await bot.AdvanceAsync(TimeSpan.FromMinutes(1));

        var letters = await bot.DoAsync(async services =>
            await services.GetRequiredService<IDeadLetters>().ListAsync().ToListAsync());
        Assert.Equal(3, Assert.Single(letters).Attempts);
    }

    [Fact]
    public async Task Guilty_bot_is_caught_and_an_innocent_one_is_not()
    {
        await using var guilty = Rerun<GuiltyBot>();
        var failure = await Assert.ThrowsAsync<TestBotException>(() => guilty.SendAsync("hello"));
        Assert.StartsWith("ET8010: the turn of \"hello\" calls ITill.ChargeAsync(3, \"", failure.Message, StringComparison.Ordinal);

        await using var innocent = Rerun<InnocentBot>();
        await innocent.SendAsync("hello");
        Assert.Equal(ActivityTypes.Message, (await innocent.ExpectAsync()).Type);

        static TestBot Rerun<TBot>()
            where TBot : class, Turns.IBot => TestBot.Create(services =>
            {
                services.AddSingleton(TestBot.External<ITill>(new FakeTill()));
                services.AddEverturn().AddBot<TBot>();
            }).MustBeRerunnable();
    }

    /// <summary>Stands for a till: takes no money, and charges once for each key.</summary>
    private sealed class FakeTill : ITill
    {
        private readonly Dictionary<string, decimal> _charges = [];

        public int Calls { get; private set; }

        public decimal Taken => _charges.Values.Sum();

        public Task<string> ChargeAsync(decimal amount, string key, CancellationToken cancellationToken)
        {
            Calls++;
            _charges[key] = amount;
            return Task.FromResult($"{_charges.Count}");
        }
    }

    private sealed class BrokenTill : ITill
    {
        public Task<string> ChargeAsync(decimal amount, string key, CancellationToken cancellationToken) => throw new IOException("no money");
    }
}
