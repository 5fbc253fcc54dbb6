using System.Text.Json;
using System.Text.Json.Nodes;
using Everturn.Activities;

namespace Everturn.Testing.Bots;

/// <summary>The buttons that a user sees, and what pressing one sends.</summary>
/// <remarks>Source: Activity protocol, "Card action"; Adaptive Cards, "Action.Submit".</remarks>
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
            return Submits(content);
        }

        return content.TryGetProperty("buttons", out var buttons) && buttons.ValueKind is JsonValueKind.Array
            ? buttons.EnumerateArray().Select(button => new Button(
                Text(button, "title") ?? "",
                inputs => Pressed(Text(button, "type"), Text(button, "title"), Text(button, "text"), Value(button, "value"), inputs)))
            : [];
    }

    // Actions stand at the card's foot, in its body, and in the cards that others of them show.
    private static IEnumerable<Button> Submits(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Submits),
        JsonValueKind.Object when Text(element, "type") == "Action.Submit" =>
            [new(Text(element, "title") ?? "", inputs => Submitted(Value(element, "data"), inputs))],
        JsonValueKind.Object => element.EnumerateObject().Where(member => member.Name != "data").SelectMany(member => Submits(member.Value)),
        _ => [],
    };

    private static Activity Submitted(JsonElement? data, JsonObject? inputs)
    {
        if (data is { ValueKind: JsonValueKind.String } text && inputs is null)
        {
            return Message(text.GetString(), null);
        }

        var value = data is { ValueKind: JsonValueKind.Object } members ? JsonObject.Create(members)! : [];
        foreach (var (name, input) in inputs ?? [])
        {
            value[name] = input?.DeepClone();
        }

        return Message(null, JsonSerializer.SerializeToElement(value));
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
