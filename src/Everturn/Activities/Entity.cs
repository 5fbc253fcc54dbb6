using System.Text.Json;
using System.Text.Json.Serialization;

namespace Everturn.Activities;

/// <summary>Metadata about an activity, for instance a mention. Source: Activity protocol, "Entity".</summary>
public sealed class Entity
{
    /// <summary>What the entity is; unknown types are ignored.</summary>
    public string? Type { get; set; }

    /// <summary>Members that this type does not name; they survive a round trip unchanged.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Properties { get; set; }
}
