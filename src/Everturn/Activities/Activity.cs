using System.Text.Json;
using System.Text.Json.Serialization;

namespace Everturn.Activities;

/// <summary>One Activity-protocol message, in or out. Source: Activity protocol 3.x.</summary>
public sealed class Activity
{
    /// <summary>What the activity is; see <see cref="ActivityTypes"/>. An open set.</summary>
    public string? Type { get; set; }

    /// <summary>Given by the channel; a bot does not set it.</summary>
    public string? Id { get; set; }

    /// <summary>When the channel recorded the activity: ISO 8601, UTC. Kept as sent, since a malformed one is no reason to reject.</summary>
    public string? Timestamp { get; set; }

    /// <summary>The sender's clock: ISO 8601 with offset. Kept as sent.</summary>
    public string? LocalTimestamp { get; set; }

    /// <summary>The sender's IANA time zone.</summary>
    public string? LocalTimezone { get; set; }

    /// <summary>The channel, for instance <c>directline</c>.</summary>
    public string? ChannelId { get; set; }

    /// <summary>Where the channel takes calls.</summary>
    public string? ServiceUrl { get; set; }

    /// <summary>The sender.</summary>
    public ChannelAccount? From { get; set; }

    /// <summary>The receiver.</summary>
    public ChannelAccount? Recipient { get; set; }

    /// <summary>The conversation.</summary>
    public ConversationAccount? Conversation { get; set; }

    /// <summary>The earlier activity of the same conversation that this answers.</summary>
    public string? ReplyToId { get; set; }

    /// <summary>The message.</summary>
    public string? Text { get; set; }

    /// <summary><c>plain</c> (default), <c>markdown</c> or <c>xml</c>.</summary>
    public string? TextFormat { get; set; }

    /// <summary>The language of the text, BCP 47.</summary>
    public string? Locale { get; set; }

    /// <summary>What to say, plain or SSML; empty means nothing, null means the text.</summary>
    public string? Speak { get; set; }

    /// <summary><c>acceptingInput</c>, <c>expectingInput</c> or <c>ignoringInput</c>.</summary>
    public string? InputHint { get; set; }

    /// <summary>Cards and files, in order.</summary>
    public List<Attachment>? Attachments { get; set; }

    /// <summary><c>list</c> (default) or <c>carousel</c>.</summary>
    public string? AttachmentLayout { get; set; }

    /// <summary>What to show where the attachments cannot be.</summary>
    public string? Summary { get; set; }

    /// <summary>Buttons.</summary>
    public SuggestedActions? SuggestedActions { get; set; }

    /// <summary><c>low</c>, <c>normal</c> or <c>high</c>.</summary>
    public string? Importance { get; set; }

    /// <summary>When the activity stops being of use: ISO 8601.</summary>
    public string? Expiration { get; set; }

    /// <summary>Words for a speech recognizer to expect.</summary>
    public List<string>? ListenFor { get; set; }

    /// <summary><c>normal</c> (default), <c>notification</c>, <c>expectReplies</c>, <c>ephemeral</c> or <c>stream</c>.</summary>
    public string? DeliveryMode { get; set; }

    /// <summary>A programmatic payload: any JSON.</summary>
    public JsonElement? Value { get; set; }

    /// <summary>What <see cref="Value"/> is.</summary>
    public string? ValueType { get; set; }

    /// <summary>The name of an event, invoke or command.</summary>
    public string? Name { get; set; }

    /// <summary>Words for a trace.</summary>
    public string? Label { get; set; }

    /// <summary>Why a conversation ended.</summary>
    public string? Code { get; set; }

    /// <summary><c>add</c> or <c>remove</c>, of an installation or a contact.</summary>
    public string? Action { get; set; }

    /// <summary>The conversation's new topic.</summary>
    public string? TopicName { get; set; }

    /// <summary>Whether earlier messages were shown to new members.</summary>
    public bool? HistoryDisclosed { get; set; }

    /// <summary>Who joined.</summary>
    public List<ChannelAccount>? MembersAdded { get; set; }

    /// <summary>Who left.</summary>
    public List<ChannelAccount>? MembersRemoved { get; set; }

    /// <summary>Reactions set.</summary>
    public List<MessageReaction>? ReactionsAdded { get; set; }

    /// <summary>Reactions taken back.</summary>
    public List<MessageReaction>? ReactionsRemoved { get; set; }

    /// <summary>Another conversation.</summary>
    public ConversationReference? RelatesTo { get; set; }

    /// <summary>A programmatic action.</summary>
    public SemanticAction? SemanticAction { get; set; }

    /// <summary>Parts of a quoted text.</summary>
    public List<TextHighlight>? TextHighlights { get; set; }

    /// <summary>Metadata, for instance mentions.</summary>
    public List<Entity>? Entities { get; set; }

    /// <summary>Data of the channel; passed through unchanged.</summary>
    public JsonElement? ChannelData { get; set; }

    /// <summary>Who called the bot. Never trusted from the wire.</summary>
    public string? CallerId { get; set; }

    /// <summary>Members that this type does not name; they survive a round trip unchanged.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Properties { get; set; }

    /// <summary>Another activity with the same values in its members.</summary>
    internal Activity Copy() => (Activity)MemberwiseClone();
}
