using System.Globalization;
using Everturn.Dialogs;
using Everturn.Dialogs.Flows;
using Everturn.Dialogs.Prompts;
using Everturn.Hosting;
using Everturn.Turns;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.Testing.Tests.Bots;

/// <summary>MustBeRerunnable with flows and waterfalls.</summary>
public sealed class RerunDialogTests
{
    private readonly List<string> _keys = [];
    private readonly ITill _till;
    private int _memory;

    public RerunDialogTests() => _till = TestBot.External<ITill>(new Till(_keys));

    public interface ITill
    {
        Task<int> ChargeAsync(string key);
    }

    [Fact]
    public async Task Innocent_flow_passes()
    {
        await using var bot = Test(new FlowDialog("order", async flow =>
        {
            var size = await flow.AskAsync<int>("How big?", timeout: TimeSpan.FromMinutes(5));
            var now = await flow.NowAsync();
            var chance = await flow.RandomAsync(2);
            var charge = await flow.OnceAsync("charge", (key, _) => _till.ChargeAsync(key));
            await flow.SayAsync(string.Create(CultureInfo.InvariantCulture, $"{size} for {charge}"));
            var day = await flow.AskAsync<DateOnly>("When?");
            await flow.SayAsync(string.Create(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd}, {now.Year}, {chance < 2}"));
            return null;
        }));

        await bot.SendAsync("hello");
        await bot.ExpectAsync("How big?");
        await bot.SendAsync("30");
        await bot.ExpectAsync("30 for 1");
        await bot.ExpectAsync("When?");
        await bot.SendAsync("tomorrow");

        await bot.ExpectAsync("2026-01-02, 2026, True");
        await bot.ExpectNothingMoreAsync();
        Assert.Single(_keys);
    }

    [Fact]
    public async Task Timeout_of_a_flow_passes()
    {
        await using var bot = Test(new FlowDialog("order", async flow =>
        {
            var answer = await flow.TryAskAsync<int>("How big?", TimeSpan.FromMinutes(5));
            await flow.SayAsync(answer.IsAnswered ? "Thanks." : "Too late.");
            return null;
        }));
        await bot.SendAsync("hello");
        await bot.ExpectAsync("How big?");

        await bot.AdvanceAsync(TimeSpan.FromMinutes(5));

        await bot.ExpectAsync("Too late.");
    }

    [Fact]
    public async Task Memory_in_a_flow_is_caught()
    {
        await using var bot = Test(new FlowDialog("order", async flow =>
        {
            await flow.AskAsync<int>("How big?");
            await flow.SayAsync($"Number {++_memory}.");
            return null;
        }));
        await bot.SendAsync("hello");
        await bot.ExpectAsync("How big?");

        var failure = await Assert.ThrowsAsync<TestBotException>(() => bot.SendAsync("30"));

        Assert.Contains("\n  reply 1, text: \"Number 1.\" in the first run, \"Number 2.\" in the second\n", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_in_a_flow_outside_of_a_step_is_caught()
    {
        await using var bot = Test(new FlowDialog("order", async flow =>
        {
            await flow.AskAsync<int>("How big?");
            await _till.ChargeAsync("k");
            return null;
        }));
        await bot.SendAsync("hello");
        await bot.ExpectAsync("How big?");

        var failure = await Assert.ThrowsAsync<TestBotException>(() => bot.SendAsync("30"));

        Assert.StartsWith("ET8010: the turn of \"30\" calls ITill.ChargeAsync(\"k\") outside of a step.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failure_that_a_flow_catches_passes()
    {
        await using var bot = Test(new FlowDialog("order", async flow =>
        {
            try
            {
                await flow.OnceAsync("charge", Task<int> (_) => throw new IOException("refused"));
            }
            catch (FlowStepException failure)
            {
                await flow.SayAsync(failure.Reason);
            }

            await flow.OnceAsync("apologize", (key, _) => _till.ChargeAsync(key));
        }));

        await bot.SendAsync("hello");

        await bot.ExpectAsync("IOException: refused");
        await bot.ExpectNothingMoreAsync();
    }

    [Fact]
    public async Task Chance_that_decides_on_a_flows_step_is_caught()
    {
        var chance = new Queue<string>(["charge", "refund"]);
        await using var bot = Test(new FlowDialog("order", async flow => await flow.OnceAsync(chance.Dequeue(), (key, _) => _till.ChargeAsync(key))));

        var failure = await Assert.ThrowsAsync<TestBotException>(() => bot.SendAsync("hello"));

        Assert.Matches("\n  step 1: flow:[0-9a-f]{8}:charge in the first run, flow:[0-9a-f]{8}:refund in the second\n", failure.Message);
        Assert.Single(_keys);
    }

    [Fact]
    public async Task Innocent_waterfall_passes()
    {
        await using var bot = Test(Waterfall(async (step, token) =>
        {
            var charge = await step.Context.OnceAsync("charge", _ => _till.ChargeAsync(step.Context.IdempotencyKey("charge")), cancellationToken: token);
            await step.Context.SendActivityAsync(string.Create(CultureInfo.InvariantCulture, $"{step.Result} for {charge}"), token);
            return await step.EndDialogAsync(null, token);
        }));

        await bot.SendAsync("hello");
        await bot.ExpectAsync("How big?");
        await bot.SendAsync("30");

        await bot.ExpectAsync("30 for 1");
        Assert.Single(_keys);
    }

    [Fact]
    public async Task Chance_in_a_waterfall_is_caught()
    {
        await using var bot = Test(Waterfall(async (step, token) =>
        {
            step.Values.Set("fell", step.Context.Services.GetRequiredService<Random>().Next(6));
            return await step.PromptAsync("size", new PromptOptions { Prompt = MessageFactory.Text("Again?") }, token);
        }));
        await bot.SendAsync("hello");
        await bot.ExpectAsync("How big?");

        var failure = await Assert.ThrowsAsync<TestBotException>(() => bot.SendAsync("30"));

        Assert.Matches("state \"dialogs\", stack.*, fell: [0-5] in the first run, [0-5] in the second", failure.Message);
    }

    private static ComponentDialog Waterfall(WaterfallStep last)
    {
        var component = new SizeDialog();
        component.AddDialog(new WaterfallDialog(
            "steps",
            (step, token) => step.PromptAsync("size", new PromptOptions { Prompt = MessageFactory.Text("How big?") }, token),
            last));
        component.AddDialog(new NumberPrompt<int>("size"));
        return component;
    }

    private static TestBot Test(Dialog root) => TestBot.Create(services =>
    {
        services.AddEverturnCore();
        services.AddTransient<IBot>(_ => new DialogBot(root));
    }).MustBeRerunnable();

    private sealed class SizeDialog() : ComponentDialog("size dialog")
    {
        public new void AddDialog(Dialog dialog) => base.AddDialog(dialog);
    }

    private sealed class Till(List<string> keys) : ITill
    {
        public Task<int> ChargeAsync(string key)
        {
            keys.Add(key);
            return Task.FromResult(1);
        }
    }
}
