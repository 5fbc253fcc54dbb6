using Everturn.Turns;

namespace Everturn.Tests;

/// <summary>A bot whose replies show its whole state: each message is a topping, each reply the whole order.</summary>
internal static class PizzaLogic
{
    public static async Task OnTurnAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        var toppings = turn.ConversationState.GetOrCreate("toppings", () => new List<string>());
        toppings.Add(turn.Activity.Text!);
        await turn.SendActivityAsync(string.Join('+', toppings), cancellationToken);
    }
}
