using System.Text.Json;
using System.Text.Json.Nodes;
using Everturn.Activities;

namespace Everturn.Testing.Bots;

/// <summary>The buttons that a user sees, and what pressing one sends.</summary>
/// <remarks>Source: Activity protocol, "Card action"; Adaptive Cards, "Action.Submit", "Action.Execute" and inputs; Bot Framework, "Universal Actions".</remarks>
internal static class Buttons
{
    /// <summary>The buttons of an activity.</summary>
    /// <param name="activity">What the bot has said.</param>
    /// <param name="withSuggestions">Whether its suggested actions are still shown.</param>
    public static IEnumerable<Button> Of(Activity activity, bool withSuggestions)
    {
        var suggested = withSuggestions ? activity.SuggestedActions?.Actions ?? [] : [];
        return suggested.Select(action => new Button(action.Title ?? "", inputs => Pressed(action.Type, action.Title, action.Text, action.Value, inputs)))
            .Concat((activity.Attachments ?? []).Where(attachment => attachment.Content is { ValueKind: JsonValueKind.Object }).SelectMany(OfCard));
    }

    private static IEnumerable<Button> OfCard(Attachment attachment)
    {
        var content = attachment.Content!.Value;
        if (attachment.ContentType == "application/vnd.microsoft.card.adaptive")
        {
            return OfAdaptiveCard(content, []);
        }

        return content.TryGetProperty("buttons", out var buttons) && buttons.ValueKind is JsonValueKind.Array
            ? buttons.EnumerateArray().Select(button => new Button(
                Text(button, "title") ?? "",
                inputs => Pressed(Text(button, "type"), Text(button, "title"), Text(button, "text"), Value(button, "value"), inputs)))
            : [];
    }

    // An action sends the inputs of its card, and of the cards that show that one.
    private static IEnumerable<Button> OfAdaptiveCard(JsonElement card, JsonObject around)
    {
        var filledIn = Joined(around, new(Inputs(card)));
        return Elements(card).SelectMany(element => Text(element, "type") switch
        {
            "Action.Submit" or "Action.Execute" =>
                [new Button(Text(element, "title") ?? "", entered => Pressed(element, Text(element, "associatedInputs") == "none" ? [] : filledIn, entered))],
            "Action.ShowCard" when Value(element, "card") is { ValueKind: JsonValueKind.Object } shown => OfAdaptiveCard(shown, filledIn),
            _ => (IEnumerable<Button>)[],
        });
    }

    // Elements stand in the card's body, in containers, in one another and at its foot; those of a card that is shown belong to that one.
    private static IEnumerable<JsonElement> Elements(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Elements),
        JsonValueKind.Object when Text(element, "type") is "Action.Submit" or "Action.Execute" or "Action.ShowCard" => [element],
        JsonValueKind.Object => element.EnumerateObject()
            .Where(member => member.Name is not ("data" or "refresh")).SelectMany(member => Elements(member.Value)).Prepend(element),
        _ => [],
    };

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Inputs(JsonElement card) => Elements(card)
        .Where(element => Text(element, "type")?.StartsWith("Input.", StringComparison.Ordinal) is true)
        .Select(input => (Id: Text(input, "id"), Value: FilledIn(input)))
        .Where(input => !string.IsNullOrEmpty(input.Id) && !string.IsNullOrEmpty(input.Value))
        .DistinctBy(input => input.Id, StringComparer.Ordinal)
        .Select(input => KeyValuePair.Create(input.Id!, (JsonNode?)input.Value));

    // Clients send texts, of numbers as well, and nothing of what is empty.
    private static string? FilledIn(JsonElement input)
    {
        var value = Value(input, "value") is { ValueKind: not JsonValueKind.Null } given ? given.ToString() : null;
        if (Text(input, "type") != "Input.Toggle")
        {
            return value;
        }

        var on = Text(input, "valueOn") ?? "true";
        return value == on ? on : Text(input, "valueOff") ?? "false";
    }

    private static Activity Pressed(JsonElement action, JsonObject filledIn, JsonObject? entered)
    {
        var data = Value(action, "data");
        var isText = data is { ValueKind: JsonValueKind.String } && entered is null;
        var sent = isText ? data : JsonSerializer.SerializeToElement(
            Joined(Joined(data is { ValueKind: JsonValueKind.Object } members ? JsonObject.Create(members)! : [], filledIn), entered ?? []));
        if (Text(action, "type") == "Action.Submit")
        {
            return isText ? Message(data!.Value.GetString(), null) : Message(null, sent);
        }

        var executed = new JsonObject { ["type"] = "Action.Execute", ["data"] = JsonSerializer.SerializeToNode(sent) };
        foreach (var name in (string[])["id", "title", "verb"])
        {
            if (Text(action, name) is { } text)
            {
                executed[name] = text;
            }
        }

        return new()
        {
            Type = ActivityTypes.Invoke,
            Name = "adaptiveCard/action",
            Value = JsonSerializer.SerializeToElement(new JsonObject { ["action"] = executed, ["trigger"] = "manual" }),
        };
    }

    private static JsonObject Joined(JsonObject below, JsonObject above)
    {
        var joined = below.DeepClone().AsObject();
        foreach (var (name, value) in above)
        {
            joined[name] = value?.DeepClone();
        }

        return joined;
    }

    private static Activity? Pressed(string? type, string? title, string? text, JsonElement? value, JsonObject? inputs)
    {
        var words = value is { ValueKind: JsonValueKind.String } spoken ? spoken.GetString() : null;
        return inputs is not null ? null : type switch
        {
            "imBack" => Message(words ?? title, null),
            "postBack" => words is null ? Message(null, value) : Message(words, null),
            "messageBack" => Message(text, value),
            _ => null,
        };
    }

    private static Activity Message(string? text, JsonElement? value) => new() { Type = ActivityTypes.Message, Text = text, Value = value };

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static JsonElement? Value(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value : null;
}

/// <summary>A button.</summary>
/// <param name="Title">What it says.</param>
/// <param name="Press">What pressing it sends, with what was entered into the card; null when nothing goes to the bot.</param>
internal sealed record Button(string Title, Func<JsonObject?, Activity?> Press);
