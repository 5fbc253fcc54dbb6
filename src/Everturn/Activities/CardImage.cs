using System.Text.Json;
using System.Text.Json.Serialization;

namespace Everturn.Activities;

/// <summary>A picture on a card. Source: Bot Framework cards.</summary>
public sealed class CardImage
{
    /// <summary>Where the picture is.</summary>
    public string? Url { get; set; }

    /// <summary>Words in place of the picture.</summary>
    public string? Alt { get; set; }

    /// <summary>What pressing the picture does.</summary>
    public CardAction? Tap { get; set; }

    /// <summary>Members that this type does not name; they survive a round trip unchanged.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Properties { get; set; }
}
