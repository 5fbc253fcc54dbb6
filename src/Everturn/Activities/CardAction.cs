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
}
