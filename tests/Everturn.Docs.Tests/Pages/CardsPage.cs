using Everturn.Activities;
using Everturn.Dialogs.Flows;
using Everturn.Dialogs.Prompts;
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

    public static string? Read(TurnContext turn)
    {
        var size = turn.Activity.Value?.GetProperty("size").ToString();
        return size;
    }

    public static async Task<int> AskAsync(FlowContext flow)
    {
        var card = AdaptiveCard.FromJson("""
            {
              "type": "AdaptiveCard", "version": "1.5",
              "body": [{ "type": "Input.Number", "id": "answer", "label": "Centimetres", "min": 20, "max": 50 }],
              "actions": [{ "type": "Action.Submit", "title": "Order" }]
            }
            """);
        var question = new PromptOptions { Prompt = MessageFactory.Attachment(card, "How big?") };
        var size = await flow.AskAsync(new NumberPrompt<int>("size"), question);
        return size;
    }
}
