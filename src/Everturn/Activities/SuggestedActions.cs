using System.Text.Json;
using System.Text.Json.Serialization;

namespace Everturn.Activities;

/// <summary>Buttons offered with a message. Source: Activity protocol, "Suggested actions".</summary>
public sealed class SuggestedActions
{
    /// <summary>The accounts that see them; empty or null for everyone.</summary>
    public List<string>? To { get; set; }

    /// <summary>The buttons, in order.</summary>
    public List<CardAction>? Actions { get; set; }

    /// <summary>Members that this type does not name; they survive a round trip unchanged.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Properties { get; set; }
}
