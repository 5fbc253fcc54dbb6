using System.Text.Json;
using System.Text.Json.Serialization;

namespace Everturn.Activities;

/// <summary>A programmatic action that goes with an activity. Source: Activity protocol, "Semantic action".</summary>
public sealed class SemanticAction
{
    /// <summary>Which action.</summary>
    public string? Id { get; set; }

    /// <summary><c>start</c>, <c>continue</c> or <c>done</c>.</summary>
    public string? State { get; set; }

    /// <summary>The action's parameters: an object of entities.</summary>
    public JsonElement? Entities { get; set; }

    /// <summary>Members that this type does not name; they survive a round trip unchanged.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Properties { get; set; }
}
