using System.Text.Json;
using System.Text.Json.Serialization;

namespace Everturn.Activities;

/// <summary>Where a conversation goes on: what a bot keeps to speak again later. Source: Activity protocol, "Conversation reference".</summary>
public sealed class ConversationReference
{
    /// <summary>The activity that it was taken from.</summary>
    public string? ActivityId { get; set; }

    /// <summary>The user.</summary>
    public ChannelAccount? User { get; set; }

    /// <summary>The bot.</summary>
    public ChannelAccount? Bot { get; set; }

    /// <summary>The conversation.</summary>
    public ConversationAccount? Conversation { get; set; }

    /// <summary>The channel.</summary>
    public string? ChannelId { get; set; }

    /// <summary>Where the channel takes calls.</summary>
    public string? ServiceUrl { get; set; }

    /// <summary>The locale of the conversation, BCP 47.</summary>
    public string? Locale { get; set; }

    /// <summary>Members that this type does not name; they survive a round trip unchanged.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Properties { get; set; }
}
