using Everturn.Activities;
using Everturn.Dialogs;
using Everturn.Dialogs.Flows;
using Everturn.Dialogs.Prompts;
using Everturn.Turns;

namespace Everturn.Tests.Dialogs;

/// <summary>The code of docs/dialogs.md, as it stands there; the tests beside it run it.</summary>
internal interface IShop
{
    Task<string> OrderAsync(int size, string idempotencyKey, CancellationToken cancellationToken);
}

internal interface ITill
{
    Task ChargeAsync(decimal amount, string idempotencyKey, CancellationToken cancellationToken);
}

internal sealed class OrderBot(IShop shop) : DialogBot(new OrderFlow(shop));

internal sealed class GreetingBot(IShop shop) : DialogBot(new OrderFlow(shop))
{
    protected override async Task OnMembersAddedAsync(
        IReadOnlyList<ChannelAccount> membersAdded, TurnContext turn, CancellationToken cancellationToken)
    {
        await turn.SendActivityAsync("Good day.", cancellationToken);
        await RunAsync(turn, cancellationToken);
    }
}

internal sealed class MixedBot(IShop shop) : ActivityHandler
{
    private readonly OrderFlow _order = new(shop);

    protected override Task OnMessageActivityAsync(TurnContext turn, CancellationToken cancellationToken) =>
        _order.RunAsync(turn, cancellationToken: cancellationToken);

    protected override Task OnEventAsync(TurnContext turn, CancellationToken cancellationToken) =>
        FlowTimer.Is(turn.Activity) ? _order.RunAsync(turn, cancellationToken: cancellationToken) : Task.CompletedTask;
}

internal sealed class OrderFlow(IShop shop) : FlowDialog("order")
{
    protected override async Task<object?> OnRunAsync(FlowContext flow)
    {
        await flow.SayAsync("Welcome to the pizzeria.");
        var size = await flow.AskAsync<int>(
            "How big, in centimetres?",
            retry: "A number from 20 to 50, please.",
            validate: size => size is >= 20 and <= 50);
        var topping = await flow.ChooseAsync("What on it?", ["ham", "cheese", "nothing"]);

        if (!await flow.ConfirmAsync($"{size} cm with {topping}: order it?"))
        {
            await flow.SayAsync("Another time, then.");
            return null;
        }

        var order = await flow.OnceAsync("order", (key, token) => shop.OrderAsync(size, key, token));
        await flow.SayAsync($"Ordered. Your number is {order}.");
        return order;
    }
}

internal sealed class SignUp : ComponentDialog
{
    public SignUp()
        : base("sign up")
    {
        AddDialog(new WaterfallDialog("steps", AskNameAsync, AskAgeAsync, EndAsync));
        AddDialog(new TextPrompt("name"));
        AddDialog(new NumberPrompt<int>("age", (answer, _) =>
            Task.FromResult(answer.Recognized.Succeeded && answer.Recognized.Value is > 0 and < 150)));
    }

    private static Task<DialogTurnResult> AskNameAsync(WaterfallStepContext step, CancellationToken cancellationToken) =>
        step.PromptAsync("name", new PromptOptions { Prompt = MessageFactory.Text("What is your name?") }, cancellationToken);

    private static Task<DialogTurnResult> AskAgeAsync(WaterfallStepContext step, CancellationToken cancellationToken)
    {
        step.Values.Set("name", (string)step.Result!);
        return step.PromptAsync("age", new PromptOptions { Prompt = MessageFactory.Text("How old are you?") }, cancellationToken);
    }

    private static async Task<DialogTurnResult> EndAsync(WaterfallStepContext step, CancellationToken cancellationToken)
    {
        var name = step.Values.Get<string>("name");
        await step.Context.SendActivityAsync($"Hello {name}, {step.Result}.", cancellationToken);
        return await step.EndDialogAsync(name, cancellationToken);
    }
}

internal sealed class Root : ComponentDialog
{
    public Root(IShop shop)
        : base("root") => AddDialog(new OrderFlow(shop));

    protected override async Task<DialogTurnResult> OnContinueDialogAsync(DialogContext innerDc, CancellationToken cancellationToken)
    {
        switch (innerDc.Context.Activity.Text)
        {
            case "cancel":
                await innerDc.Context.SendActivityAsync("Cancelled.", cancellationToken);
                return await innerDc.CancelAllDialogsAsync(cancellationToken: cancellationToken);
            case "help":
                await innerDc.Context.SendActivityAsync("Answer, or say cancel.", cancellationToken);
                await innerDc.RepromptDialogAsync(cancellationToken);
                return EndOfTurn;
            default:
                return await base.OnContinueDialogAsync(innerDc, cancellationToken);
        }
    }
}

internal static class MoreFlows
{
    public static readonly FlowDialog Hurried = new("hurried", async flow =>
    {
        var tip = await flow.TryAskAsync<decimal>("A tip?", timeout: TimeSpan.FromMinutes(5));
        await flow.SayAsync(tip.IsAnswered ? $"Thank you for {tip.Value}." : "No tip, then.");
    });

    public static readonly FlowDialog Booking = new("booking", async flow =>
    {
        var here = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(await flow.NowAsync(), here).DateTime);
        var when = await flow.AskAsync<DateOnly>("For which day?", retry: "Not in the past, please.", validate: day => day >= today);

        var who = await flow.CallAsync<string>(new SignUp());
        await flow.SayAsync($"Booked for {who} on {when:yyyy-MM-dd}.");
    });

    public static readonly FlowDialog Guest = new("guest", async flow =>
    {
        string? who = null;
        try
        {
            who = await flow.CallAsync<string>(new SignUp());
        }
        catch (FlowCancelledException)
        {
            await flow.SayAsync("Then without a name.");
        }

        await flow.SayAsync($"Welcome {who}.");
    });

    public static readonly FlowDialog Versioned = new("versioned", async flow =>
    {
        var name = await flow.AskAsync<string>("What is your name?", name: "name");
        var mail = await flow.VersionAsync("mail", oldest: 1, newest: 2) >= 2
            ? await flow.AskAsync<string>("And your mail address?")
            : "unknown";
        await flow.SayAsync($"{name}, {mail}.");
    });

    public static readonly FlowDialog Counter = new("counter", async flow =>
    {
        var total = flow.GetInput<int>();
        for (var round = 0; round < 100; round++)
        {
            total += await flow.AskAsync<int>("How many more?");
            await flow.SayAsync($"That makes {total}.");
        }

        await flow.ContinueAsNewAsync(total);
    });

    public static readonly FlowDialog Visit = new("visit", async flow =>
    {
        var visits = await flow.TurnAsync("visit", async turn =>
        {
            var user = await turn.GetUserStateAsync();
            user.Set("visits", user.Get<int>("visits") + 1);
            return user.Get<int>("visits");
        });
        var card = new HeroCard { Title = $"Visit {visits}", Buttons = [CardAction.ImBack("Done", "done")] };
        await flow.SayAsync(MessageFactory.Attachment(card.ToAttachment(), "Take your time."));

        var reminder = await flow.TurnAsync("remind", turn => turn.ScheduleAsync(TimeSpan.FromMinutes(30), "still-there", visits));
        await flow.AskAsync<string>("Say when you are done.");
        await flow.TurnAsync("forget", turn => turn.CancelAsync(reminder));
    });

    public static FlowDialog Payment(ITill till) => new("payment", async flow =>
    {
        try
        {
            await flow.OnceAsync("charge", (key, token) => till.ChargeAsync(12m, key, token));
            await flow.SayAsync("Paid.");
        }
        catch (FlowStepException)
        {
            await flow.SayAsync("I don't know whether that has been paid. We will look, and write to you.");
        }
    });
}
