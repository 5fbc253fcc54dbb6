using System.Text.Json;
using System.Text.Json.Serialization;

namespace Everturn.Activities;

/// <summary>A user or a bot on a channel. Source: Activity protocol, "Channel account".</summary>
public sealed class ChannelAccount
{
    /// <summary>The account's id on its channel, opaque and compared ordinally.</summary>
    public string? Id { get; set; }

    /// <summary>A name to show.</summary>
    public string? Name { get; set; }

    /// <summary>The account's object id in Microsoft Entra.</summary>
    public string? AadObjectId { get; set; }

    /// <summary><c>user</c>, <c>bot</c>, <c>skill</c> or another word.</summary>
    public string? Role { get; set; }

    /// <summary>Members that this type does not name; they survive a round trip unchanged.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Properties { get; set; }
}
