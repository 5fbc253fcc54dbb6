using System.Text.Json;
using System.Text.Json.Serialization;

namespace Everturn.Activities;

/// <summary>A part of a quoted text to draw attention to. Source: Activity protocol, "Text highlight".</summary>
public sealed class TextHighlight
{
    /// <summary>The words.</summary>
    public string? Text { get; set; }

    /// <summary>Which occurrence of them, from 1.</summary>
    public int? Occurrence { get; set; }

    /// <summary>Members that this type does not name; they survive a round trip unchanged.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Properties { get; set; }
}
