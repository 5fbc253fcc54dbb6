using Everturn.AspNetCore;
using Everturn.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace PizzaBot.Tests;

/// <summary>The pizza bot: toppings, a paid order, a reminder.</summary>
public sealed class PizzaTests : IAsyncDisposable
{
    private readonly FakePayments _payments = new();
    private readonly TestBot _bot;

    public PizzaTests() => _bot = TestBot.Create(services =>
    {
        services.AddSingleton(TestBot.External<IPayments>(_payments));
        services.AddEverturn().AddBot<Pizza>();
    }).MustBeRerunnable();

    public static TheoryData<string> Crashes => ["BeforeCommit", "AfterCommit", "BeforeDelivery", "AfterDelivery", "BeforeStep", "AfterStepCall", "AfterStep"];

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task Toppings_add_up()
    {
        await _bot.SendAsync("ham");
        await _bot.ExpectAsync("pizza with ham");
        await _bot.SendAsync(" cheese ");
        await _bot.ExpectAsync("pizza with ham and cheese");
        await _bot.SendAsync("Start over");
        await _bot.ExpectAsync("starting over: an empty pizza");
        await _bot.SendAsync("");
        await _bot.ExpectAsync("pizza with nothing yet: name a topping");
        await _bot.SendAsync("olives");
        await _bot.ExpectAsync("pizza with olives");
    }

    [Fact]
    public async Task Order_is_paid_and_the_user_told_when_it_is_ready()
    {
        await OrderAsync();

        await _bot.AdvanceAsync(TimeSpan.FromMinutes(19));
        await _bot.ExpectNothingMoreAsync();
        await _bot.AdvanceAsync(TimeSpan.FromMinutes(1));

        await _bot.ExpectAsync("your pizza with ham is ready");
        await _bot.ExpectNothingMoreAsync();
        Assert.Equal([9m], _payments.Charges.Values);
    }

    [Fact]
    public async Task Reminder_that_is_cancelled_does_not_come()
    {
        await OrderAsync();
        await _bot.SendAsync("no reminder");
        await _bot.ExpectAsync("no reminder, then");
        await _bot.SendAsync("no reminder");
        await _bot.ExpectAsync("there is no reminder");

        await _bot.AdvanceAsync(TimeSpan.FromHours(1));

        await _bot.ExpectNothingMoreAsync();
    }

    [Fact]
    public async Task Second_order_takes_the_place_of_the_first_ones_reminder()
    {
        await OrderAsync();
        await _bot.AdvanceAsync(TimeSpan.FromMinutes(10));
        await OrderAsync();

        await _bot.AdvanceAsync(TimeSpan.FromMinutes(19));
        await _bot.ExpectNothingMoreAsync();
        await _bot.AdvanceAsync(TimeSpan.FromMinutes(1));

        await _bot.ExpectAsync("your pizza with ham is ready");
        await _bot.ExpectNothingMoreAsync();
        Assert.Equal(2, _payments.Charges.Count);
    }

    [Fact]
    public async Task Event_of_a_client_is_not_the_reminder()
    {
        await OrderAsync();
        await _bot.SendEventAsync("pizza-ready", "pizza with nothing");
        await _bot.ExpectNothingMoreAsync();

        await _bot.SendAsync("no reminder");
        await _bot.ExpectAsync("no reminder, then");
    }

    [Fact]
    public async Task Nothing_is_not_paid_for()
    {
        await _bot.SendAsync("order it");

        await _bot.ExpectAsync("nothing to order yet: name a topping");
        Assert.Equal(0, _payments.Calls);
    }

    [Theory]
    [MemberData(nameof(Crashes))]
    public async Task Order_is_paid_once_wherever_its_node_dies(string moment)
    {
        await _bot.SendAsync("ham");
        await _bot.ExpectAsync("pizza with ham");

        _bot.Next.Crash(moment switch
        {
            "BeforeCommit" => CrashPoint.BeforeCommit,
            "AfterCommit" => CrashPoint.AfterCommit,
            "BeforeDelivery" => CrashPoint.BeforeDelivery,
            "AfterDelivery" => CrashPoint.AfterDelivery,
            "BeforeStep" => CrashPoint.BeforeStep("charge"),
            "AfterStepCall" => CrashPoint.AfterStepCall("charge"),
            _ => CrashPoint.AfterStep("charge"),
        });
        await _bot.SendAsync("order it");
        await _bot.ExpectAsync(reply => reply.Text!.StartsWith("paid 9 for pizza with ham", StringComparison.Ordinal), "paid 9 ...");
        await _bot.ExpectNothingMoreAsync();

        Assert.Single(_payments.Charges);
        Assert.Equal(moment == "AfterStepCall" ? 2 : 1, _payments.Calls);
        await _bot.AdvanceAsync(TimeSpan.FromMinutes(20));
        await _bot.ExpectAsync("your pizza with ham is ready");
        await _bot.ExpectNothingMoreAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Order_that_comes_twice_is_paid_once(bool atOnce)
    {
        await _bot.SendAsync("ham");
        await _bot.ExpectAsync("pizza with ham");

        _bot.Next.DuplicateDelivery(atOnce);
        await _bot.SendAsync("order it");

        await _bot.ExpectAsync();
        await _bot.ExpectNothingMoreAsync();
        Assert.Single(_payments.Charges);
    }

    [Fact]
    public async Task Order_that_meets_other_writes_is_paid_once()
    {
        await _bot.SendAsync("ham");
        await _bot.ExpectAsync("pizza with ham");

        _bot.Next.Conflict(times: 3);
        await _bot.SendAsync("order it");

        await _bot.ExpectAsync();
        await _bot.ExpectNothingMoreAsync();
        Assert.Equal(1, _payments.Calls);
    }

    private async Task OrderAsync()
    {
        await _bot.SendAsync("ham");
        await _bot.ExpectAsync("pizza with ham");
        await _bot.SendAsync("order it");
        await _bot.ExpectAsync(reply => reply.Text!.StartsWith("paid 9 for pizza with ham, receipt ", StringComparison.Ordinal), "paid 9 ...");
    }
}
