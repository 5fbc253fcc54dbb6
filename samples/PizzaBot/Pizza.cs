using System.Globalization;
using Everturn.Turns;

namespace PizzaBot;

/// <summary>
/// Takes a pizza's toppings one message at a time, and repeats the whole pizza after each. <c>order it</c> pays for it and sets a
/// reminder, <c>no reminder</c> cancels that, <c>start over</c> forgets the toppings.
/// </summary>
internal sealed class Pizza(IPayments payments) : ActivityHandler
{
    private const string Toppings = "toppings";
    private const string Reminder = "reminder";
    private const string Ready = "pizza-ready";

    private static readonly TimeSpan Baking = TimeSpan.FromMinutes(20);

    protected override Task OnMessageActivityAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        var text = turn.Activity.Text?.Trim() ?? "";
        return text.ToLowerInvariant() switch
        {
            "order it" => OrderAsync(turn, cancellationToken),
            "no reminder" => CancelReminderAsync(turn, cancellationToken),
            "start over" => StartOverAsync(turn, cancellationToken),
            _ => AddAsync(text, turn, cancellationToken),
        };
    }

    protected override async Task OnEventAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        // A client can send an event of this name; this one begins with the reminder that is set.
        if (turn.IsUnasked && turn.Activity.Name == Ready && turn.Activity.Id == turn.ConversationState.Get<string>(Reminder))
        {
            turn.ConversationState.Remove(Reminder);
            await turn.SendActivityAsync($"your {turn.Activity.Value} is ready", cancellationToken);
        }
    }

    private static async Task AddAsync(string topping, TurnContext turn, CancellationToken cancellationToken)
    {
        var toppings = turn.ConversationState.GetOrCreate(Toppings, () => new List<string>());
        if (topping.Length > 0)
        {
            toppings.Add(topping);
        }

        await turn.SendActivityAsync(toppings.Count > 0 ? Describe(toppings) : "pizza with nothing yet: name a topping", cancellationToken);
    }

    private static async Task StartOverAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        turn.ConversationState.Remove(Toppings);
        await turn.SendActivityAsync("starting over: an empty pizza", cancellationToken);
    }

    private async Task OrderAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        if (turn.ConversationState.Get<List<string>>(Toppings) is not { Count: > 0 } toppings)
        {
            await turn.SendActivityAsync("nothing to order yet: name a topping", cancellationToken);
            return;
        }

        var price = 8 + toppings.Count;
        var receipt = await turn.OnceAsync(
            "charge",
            token => payments.ChargeAsync(price, turn.IdempotencyKey("charge"), token),
            cancellationToken: cancellationToken);
        await CancelPendingAsync(turn);
        turn.ConversationState.Set(Reminder, await turn.ScheduleAsync(Baking, Ready, Describe(toppings)));
        turn.ConversationState.Remove(Toppings);
        await turn.SendActivityAsync(
            string.Create(CultureInfo.InvariantCulture, $"paid {price} for {Describe(toppings)}, receipt {receipt}; I will tell you when it is ready"), cancellationToken);
    }

    private static async Task CancelReminderAsync(TurnContext turn, CancellationToken cancellationToken) =>
        await turn.SendActivityAsync(await CancelPendingAsync(turn) ? "no reminder, then" : "there is no reminder", cancellationToken);

    private static async Task<bool> CancelPendingAsync(TurnContext turn)
    {
        if (turn.ConversationState.Get<string>(Reminder) is not { } reminder)
        {
            return false;
        }

        await turn.CancelAsync(reminder);
        turn.ConversationState.Remove(Reminder);
        return true;
    }

    private static string Describe(List<string> toppings) => $"pizza with {string.Join(" and ", toppings)}";
}
