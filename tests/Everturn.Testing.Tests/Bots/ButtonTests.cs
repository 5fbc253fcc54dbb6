using System.Text.Json;
using Everturn.Activities;
using Everturn.Turns;

namespace Everturn.Testing.Tests.Bots;

/// <summary>What pressing a button sends.</summary>
public sealed class ButtonTests
{
    [Theory]
    [InlineData("imBack", "small", "[\"small\",null]")]
    [InlineData("postBack", "small", "[\"small\",null]")]
    [InlineData("postBack", 1, "[null,1]")]
    [InlineData("messageBack", 1, "[\"spoken\",1]")]
    public async Task Suggested_action_sends_what_its_type_says(string type, object value, string sent)
    {
        await using var bot = FunctionBot.Test((turn, token) => AnswerAsync(turn, new Activity
        {
            Type = ActivityTypes.Message,
            SuggestedActions = new() { Actions = [new() { Type = type, Title = "Small", Text = "spoken", Value = JsonSerializer.SerializeToElement(value) }] },
        }, token));
        await bot.SendAsync("hi");
        await bot.ExpectAsync();

        await bot.PressAsync("Small");

        await bot.ExpectAsync(sent);
    }

    [Fact]
    public async Task Suggested_actions_of_an_older_message_are_gone()
    {
        var times = 0;
        await using var bot = FunctionBot.Test(async (turn, token) => await turn.SendActivityAsync(
            new Activity { Text = "x", SuggestedActions = times++ > 0 ? null : new() { Actions = [new() { Type = "imBack", Title = "Small" }] } }, token));
        await bot.SendAsync("hi");
        await bot.SendAsync("hi");

        var failure = await Assert.ThrowsAsync<TestBotException>(() => bot.PressAsync("Small"));

        Assert.StartsWith("ET8008: the user sees no button \"Small\" that sends something to the bot. There are none.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Button_of_a_hero_card_sends_what_its_type_says()
    {
        await using var bot = FunctionBot.Test((turn, token) => AnswerAsync(turn, Card(
            "application/vnd.microsoft.card.hero", """{"buttons":[{"type":"openUrl","title":"Help","value":"https://example.org"},{"type":"imBack","title":"Yes","value":"yes"}]}"""), token));
        await bot.SendAsync("hi");
        await bot.ExpectAsync();

        await bot.PressAsync("Yes");

        await bot.ExpectAsync("[\"yes\",null]");
        await Assert.ThrowsAsync<TestBotException>(() => bot.PressAsync("Help"));
    }

    [Fact]
    public async Task Adaptive_card_sends_its_data_and_what_was_entered()
    {
        await using var bot = FunctionBot.Test((turn, token) => AnswerAsync(turn, Card(
            "application/vnd.microsoft.card.adaptive",
            """{"body":[{"type":"ActionSet","actions":[{"type":"Action.Submit","title":"Order","data":{"kind":"pizza"}}]}]}"""), token));
        await bot.SendAsync("hi");
        var card = await bot.ExpectAsync();

        await bot.PressAsync("Order", new { size = 30 }, of: card);

        await bot.ExpectAsync("""[null,{"kind":"pizza","size":30}]""");
    }

    [Theory]
    [InlineData("Order", """[null,{"kind":"pizza","who":"Ann","size":"30","drink":"yes","news":"false"}]""")]
    [InlineData("Pay", """[null,{"who":"Ann","size":"30","drink":"yes","news":"false","tip":"1.5"}]""")]
    [InlineData("Leave", "[null,{}]")]
    [InlineData("Help", "[\"help\",null]")]
    public async Task Adaptive_card_sends_what_its_inputs_hold(string title, string sent)
    {
        await using var bot = FunctionBot.Test((turn, token) => AnswerAsync(turn, Form(), token));
        await bot.SendAsync("hi");
        await bot.ExpectAsync();

        await bot.PressAsync(title);

        await bot.ExpectAsync(sent);
    }

    [Fact]
    public async Task What_was_entered_takes_the_place_of_what_an_input_held()
    {
        await using var bot = FunctionBot.Test((turn, token) => AnswerAsync(turn, Form(), token));
        await bot.SendAsync("hi");
        await bot.ExpectAsync();

        await bot.PressAsync("Order", new { who = "Ben", note = "hot" });

        await bot.ExpectAsync("""[null,{"kind":"pizza","who":"Ben","size":"30","drink":"yes","news":"false","note":"hot"}]""");
    }

    [Fact]
    public async Task Action_that_executes_is_an_invoke_with_an_answer()
    {
        await using var bot = FunctionBot.Test(async (turn, token) =>
        {
            if (turn.Activity.Type == ActivityTypes.Invoke)
            {
                turn.InvokeResponse = new(200, JsonSerializer.SerializeToElement(new { turn.Activity.Name, turn.Activity.Value }));
                return;
            }

            await turn.SendActivityAsync(
                Card("application/vnd.microsoft.card.adaptive", """{"refresh":{"action":{"type":"Action.Execute","title":"Run","verb":"refresh"}},"body":[{"type":"Input.Text","id":"who","value":"Ann"}],"actions":[{"type":"Action.Execute","title":"Run","verb":"go","data":{"kind":"pizza"}}]}"""),
                token);
        });
        await bot.SendAsync("hi");
        await bot.ExpectAsync();

        var answer = await bot.PressAsync("Run");

        Assert.Equal(
            """{"Name":"adaptiveCard/action","Value":{"action":{"type":"Action.Execute","data":{"kind":"pizza","who":"Ann"},"title":"Run","verb":"go"},"trigger":"manual"}}""",
            answer!.Body!.Value.GetRawText());
        await bot.ExpectNothingMoreAsync();
    }

    private static Activity Form() => Card("application/vnd.microsoft.card.adaptive", """
        {
          "body": [
            { "type": "Input.Text", "id": "who", "value": "Ann" },
            { "type": "Input.Text", "id": "note" },
            { "type": "Container", "items": [
              { "type": "Input.Number", "id": "size", "value": 30 },
              { "type": "Input.Toggle", "id": "drink", "title": "A drink?", "valueOn": "yes", "valueOff": "no", "value": "yes" },
              { "type": "Input.Toggle", "id": "news", "title": "News?" },
              { "type": "Input.ChoiceSet", "id": "crust", "choices": [{ "title": "Thin", "value": "thin" }] }
            ] }
          ],
          "actions": [
            { "type": "Action.Submit", "title": "Order", "data": { "kind": "pizza" } },
            { "type": "Action.Submit", "title": "Leave", "associatedInputs": "none" },
            { "type": "Action.Submit", "title": "Help", "data": "help" },
            { "type": "Action.ShowCard", "title": "Pay ...", "card": {
              "body": [{ "type": "Input.ChoiceSet", "id": "tip", "value": "1.5", "choices": [] }],
              "actions": [{ "type": "Action.Submit", "title": "Pay" }]
            } },
            { "type": "Action.ShowCard", "title": "More ...", "card": { "body": [{ "type": "Input.Text", "id": "other", "value": "x" }] } }
          ]
        }
        """);

    private static Activity Card(string type, string content) => new()
    {
        Type = ActivityTypes.Message,
        Attachments = [new() { ContentType = type, Content = JsonSerializer.Deserialize<JsonElement>(content) }],
    };

    private static async Task AnswerAsync(TurnContext turn, Activity first, CancellationToken cancellationToken)
    {
        if (turn.Activity.Text == "hi")
        {
            await turn.SendActivityAsync(first, cancellationToken);
            return;
        }

        await turn.SendActivityAsync(JsonSerializer.Serialize<object?[]>([turn.Activity.Text, turn.Activity.Value]), cancellationToken);
    }
}
