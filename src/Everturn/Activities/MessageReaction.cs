using System.Text.Json;
using System.Text.Json.Serialization;

namespace Everturn.Activities;

/// <summary>A reaction to a message. Source: Activity protocol, "Message reaction".</summary>
public sealed class MessageReaction
{
    /// <summary>For instance <c>like</c>.</summary>
    public string? Type { get; set; }

    /// <summary>Members that this type does not name; they survive a round trip unchanged.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Properties { get; set; }
}
