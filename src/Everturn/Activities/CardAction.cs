using System.Text.Json;
using System.Text.Json.Serialization;

namespace Everturn.Activities;

/// <summary>Something a user can press. Source: Activity protocol, "Card action".</summary>
public sealed class CardAction
{
    /// <summary><c>imBack</c>, <c>postBack</c>, <c>messageBack</c>, <c>openUrl</c> or another word.</summary>
    public string? Type { get; set; }

    /// <summary>The words on the button.</summary>
    public string? Title { get; set; }

    /// <summary>The URL of a picture on the button.</summary>
    public string? Image { get; set; }

    /// <summary>Words in place of the picture.</summary>
    public string? ImageAltText { get; set; }

    /// <summary>What a <c>messageBack</c> sends.</summary>
    public string? Text { get; set; }

    /// <summary>What a <c>messageBack</c> shows.</summary>
    public string? DisplayText { get; set; }

    /// <summary>What pressing sends or opens, by type.</summary>
    public JsonElement? Value { get; set; }

    /// <summary>Data of the channel.</summary>
    public JsonElement? ChannelData { get; set; }

    /// <summary>Members that this type does not name; they survive a round trip unchanged.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Properties { get; set; }

    /// <summary>A button that says something for the user, and shows it.</summary>
    /// <param name="title">The words on the button.</param>
    /// <param name="text">What it says; null for the words on the button.</param>
    public static CardAction ImBack(string title, string? text = null) => new() { Type = "imBack", Title = title, Value = (text ?? title).AsJson() };

    /// <summary>A button that sends a value to the bot and shows nothing: a message with that value, or that text when it is a string.</summary>
    /// <param name="title">The words on the button.</param>
    /// <param name="value">What it sends.</param>
    public static CardAction PostBack(string title, JsonElement value) => new() { Type = "postBack", Title = title, Value = value };

    /// <summary>A button that sends a text and a value to the bot, and shows other words.</summary>
    /// <param name="title">The words on the button.</param>
    /// <param name="value">The value it sends.</param>
    /// <param name="text">The text it sends.</param>
    /// <param name="displayText">What it shows as the user's words; null for nothing.</param>
    public static CardAction MessageBack(string title, JsonElement value, string? text = null, string? displayText = null) =>
        new() { Type = "messageBack", Title = title, Value = value, Text = text, DisplayText = displayText };

    /// <summary>A button that opens a page.</summary>
    /// <param name="title">The words on the button.</param>
    /// <param name="url">The page.</param>
    public static CardAction OpenUrl(string title, Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return new() { Type = "openUrl", Title = title, Value = url.AbsoluteUri.AsJson() };
    }
}
