using Everturn.Dialogs;
using Everturn.Dialogs.Flows;
using Everturn.Turns;

namespace Everturn.Testing.Tests.Docs;

/// <summary>Takes money.</summary>
public interface ITill
{
    /// <summary>Charges, once for each key.</summary>
    Task<string> ChargeAsync(decimal amount, string key, CancellationToken cancellationToken);
}

/// <summary>The bot that docs/testing.md tests.</summary>
internal sealed class CoffeeFlow(ITill till) : FlowDialog("coffee")
{
    protected override async Task<object?> OnRunAsync(FlowContext flow)
    {
        var cups = await flow.TryAskAsync<int>("How many cups?", TimeSpan.FromMinutes(5));
        if (!cups.IsAnswered)
        {
            await flow.SayAsync("Another time, then.");
        }
        else if (await flow.ConfirmAsync($"{cups.Value} cups: order them?"))
        {
            var receipt = await flow.OnceAsync("charge", (key, token) => till.ChargeAsync(cups.Value * 3m, key, token));
            await flow.SayAsync($"Paid, receipt {receipt}.");
        }

        return null;
    }
}

internal sealed class CoffeeBot(ITill till) : DialogBot(new CoffeeFlow(till));

/// <summary>Breaks the rule of docs/rerunnable.md in several ways.</summary>
internal sealed class GuiltyBot(ITill till) : ActivityHandler
{
    protected override async Task OnMessageActivityAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        var order = Guid.NewGuid().ToString("N");
        await till.ChargeAsync(3, order, cancellationToken);
        await turn.SendActivityAsync($"Order {order} at {DateTime.UtcNow}", cancellationToken);
    }
}

internal sealed class InnocentBot(ITill till) : ActivityHandler
{
    protected override async Task OnMessageActivityAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        var order = turn.IdempotencyKey("charge");
        await turn.OnceAsync("charge", token => till.ChargeAsync(3, order, token), cancellationToken: cancellationToken);
        await turn.SendActivityAsync($"Order {order} at {turn.Activity.Timestamp}", cancellationToken);
    }
}
