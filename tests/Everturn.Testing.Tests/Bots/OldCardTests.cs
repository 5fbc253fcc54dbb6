using System.Text.Json;
using Everturn.Activities;
using Everturn.Dialogs;
using Everturn.Dialogs.Flows;
using Everturn.Dialogs.Prompts;
using Everturn.Hosting;
using Everturn.Turns;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.Testing.Tests.Bots;

/// <summary>A button of a question that is answered is not the answer to the next one.</summary>
public sealed class OldCardTests
{
    public static TheoryData<string> Kinds => ["postBack", "messageBack", "Action.Submit"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Button_of_an_old_card_answers_no_new_question(string kind)
    {
        await using var bot = TestBot.Create(services =>
        {
            services.AddSingleton(Card(kind));
            services.AddEverturnCore().AddBot<Asking>();
        });
        await bot.SendAsync("hi");
        var card = await bot.ExpectAsync();
        await bot.PressAsync("Small");
        await bot.ExpectAsync("Name?");

        await bot.PressAsync("Small", of: card);

        await bot.ExpectNothingMoreAsync();
        await bot.SendAsync("Ann");
        await bot.ExpectAsync("small for Ann");
    }

    private static Attachment Card(string kind) => kind switch
    {
        "postBack" => new HeroCard { Buttons = [CardAction.PostBack("Small", JsonSerializer.SerializeToElement("small"))] }.ToAttachment(),
        "messageBack" => new HeroCard { Buttons = [new CardAction { Type = kind, Title = "Small", Text = "small" }] }.ToAttachment(),
        _ => AdaptiveCard.FromJson("""{"type":"AdaptiveCard","version":"1.3","body":[],"actions":[{"type":"Action.Submit","title":"Small","data":"small"}]}"""),
    };

    private sealed class Asking(Attachment card) : DialogBot(new FlowDialog("order", async flow =>
    {
        var size = await flow.AskAsync(new TextPrompt("size"), new PromptOptions { Prompt = MessageFactory.Attachment(card) });
        var name = await flow.AskAsync<string>("Name?");
        await flow.SayAsync($"{size} for {name}");
    }));
}
