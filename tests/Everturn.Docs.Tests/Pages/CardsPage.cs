using Everturn.Activities;
using Everturn.Turns;

namespace Everturn.Docs.Tests.Pages;

internal static class CardsPage
{
    public static async Task<string?> ShowAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        var card = AdaptiveCard.FromJson(await File.ReadAllTextAsync("order.json", cancellationToken));
        await turn.SendActivityAsync(MessageFactory.Attachment(card, "Your order"), cancellationToken);

        var pizza = new HeroCard
        {
            Title = "Margherita",
            Text = "Tomato, mozzarella, basil",
            Images = [new CardImage { Url = "https://pizza.example/margherita.jpg", Alt = "A pizza" }],
            Buttons = [CardAction.ImBack("Order it", "order margherita"), CardAction.OpenUrl("Ingredients", new("https://pizza.example/margherita"))],
        };
        await turn.SendActivityAsync(MessageFactory.Carousel([pizza.ToAttachment()]), cancellationToken);

        await turn.SendActivityAsync(MessageFactory.SuggestedActions(["small", "large"], "How big?"), cancellationToken);

        var command = turn.Activity.RemoveRecipientMention();
        return command;
    }
}
