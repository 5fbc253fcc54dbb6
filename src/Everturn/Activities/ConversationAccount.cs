using System.Text.Json;
using System.Text.Json.Serialization;

namespace Everturn.Activities;

/// <summary>A conversation on a channel. Source: Activity protocol, "Conversation account".</summary>
public sealed class ConversationAccount
{
    /// <summary>The conversation's id on its channel, opaque and compared ordinally.</summary>
    public string? Id { get; set; }

    /// <summary>A name to show.</summary>
    public string? Name { get; set; }

    /// <summary>Whether more than two accounts take part.</summary>
    public bool? IsGroup { get; set; }

    /// <summary>The channel's word for the kind of conversation, for instance <c>personal</c>.</summary>
    public string? ConversationType { get; set; }

    /// <summary>The tenant of the conversation.</summary>
    public string? TenantId { get; set; }

    /// <summary>The conversation's object id in Microsoft Entra.</summary>
    public string? AadObjectId { get; set; }

    /// <summary>The role of the entity behind the account.</summary>
    public string? Role { get; set; }

    /// <summary>Data of the channel.</summary>
    public JsonElement? Properties { get; set; }

    /// <summary>Members that this type does not name; they survive a round trip unchanged.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? AdditionalProperties { get; set; }
}
