using Everturn.Turns;

namespace PizzaBot;

/// <summary>Takes a pizza's toppings one message at a time, and repeats the whole order after each.</summary>
internal sealed class Pizza : ActivityHandler
{
    private const string State = "toppings";

    protected override async Task OnMessageActivityAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        var text = turn.Activity.Text?.Trim() ?? "";
        if (text.Equals("start over", StringComparison.OrdinalIgnoreCase))
        {
            turn.ConversationState.Remove(State);
            await turn.SendActivityAsync("starting over: an empty pizza", cancellationToken);
            return;
        }

        var toppings = turn.ConversationState.GetOrCreate(State, () => new List<string>());
        if (text.Length > 0)
        {
            toppings.Add(text);
        }

        await turn.SendActivityAsync(
            toppings.Count > 0 ? $"pizza with {string.Join(" and ", toppings)}" : "pizza with nothing yet: name a topping", cancellationToken);
    }
}
