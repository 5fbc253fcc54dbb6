using System.Text.Json;
using System.Text.Json.Nodes;
using Everturn.Activities;
using Everturn.Turns;

namespace GeoBot;

/// <summary>What new members see. Source: Adaptive Cards schema 1.3, the newest that Web Chat and the Emulator show.</summary>
internal static class WelcomeCard
{
    private static readonly string[] Examples = ["What's the weather like in Lisbon tomorrow?", "¿Cómo llego al aeropuerto?", "明日の東京の天気は"];

    public static Activity Message(string region, string? channelId) => MessageFactory.Attachment(new Attachment
    {
        ContentType = AdaptiveCard.ContentType,
        Content = JsonSerializer.SerializeToElement(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
            ["type"] = "AdaptiveCard",
            ["version"] = "1.3",
            ["body"] = new[]
            {
                TextBlock("Welcome to GeoBot", weight: "bolder", size: "large"),
                TextBlock("Ask as a traveller would, in English, German, Spanish or Japanese. I say what I have understood, and who understood it."),
                TextBlock("Say cancel to make me wait. Kill my node or my whole region, and go on: another answers."),
                TextBlock($"Answered from {region}.", isSubtle: true),
            },
            ["actions"] = Examples.Select(example => new { type = "Action.Submit", title = example, data = Saying(example, channelId) }),
        }),
    });

    // Web Chat says a string for the user, Teams wants to be told to, and others send it as the value of a message without text.
    private static JsonNode Saying(string words, string? channelId) =>
        channelId == "msteams" ? new JsonObject { ["msteams"] = new JsonObject { ["type"] = "imBack", ["value"] = words } } : JsonValue.Create(words);

    private static Dictionary<string, object> TextBlock(string text, string weight = "default", string size = "default", bool isSubtle = false) =>
        new(StringComparer.Ordinal) { ["type"] = "TextBlock", ["text"] = text, ["wrap"] = true, ["weight"] = weight, ["size"] = size, ["isSubtle"] = isSubtle };
}
