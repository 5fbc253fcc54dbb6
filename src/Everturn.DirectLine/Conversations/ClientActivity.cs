using System.Globalization;
using System.Text;
using System.Text.Json;
using Everturn.Activities;
using Everturn.DirectLine.Http;
using Everturn.DirectLine.Json;
using Everturn.Turns;

namespace Everturn.DirectLine.Conversations;

/// <summary>A client's activity, made ready for the bot: what the channel decides is set, all else is as it was sent.</summary>
internal sealed record ClientActivity(InboundActivity Inbound, string Id, DirectLineUser User)
{
    private const int MaxUserIdLength = 256;

    /// <summary>Types that only the channel itself may make, or that Direct Line does not have.</summary>
    private static readonly string[] RefusedTypes =
    [
        ActivityTypes.ConversationUpdate, ActivityTypes.ContactRelationUpdate, ActivityTypes.InstallationUpdate,
        ActivityTypes.MessageUpdate, ActivityTypes.MessageDelete,
    ];

    private static readonly string[] NamedTypes =
        [ActivityTypes.Event, ActivityTypes.Invoke, ActivityTypes.Command, ActivityTypes.CommandResult];

    /// <summary>Reads a client's activity.</summary>
    /// <param name="sent">The activity as sent.</param>
    /// <param name="post">What is known of the request.</param>
    /// <param name="activity">The activity, when it is fit for the bot.</param>
    /// <returns>The answer that refuses it; null when it is fit.</returns>
    public static Answer? TryCreate(SentActivity sent, ClientPost post, out ClientActivity? activity)
    {
        activity = null;
        Activity parsed;
        try
        {
            parsed = ActivityJson.Read(sent.Json.Span);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return Refusals.BadArgument($"The body is not an activity: {exception.Message}");
        }

        var user = post.TokenUser ?? new DirectLineUser(parsed.From?.Id ?? sent.DefaultUser ?? "", parsed.From?.Name);
        if (Problem(parsed, user, post) is { } problem)
        {
            return Refusals.BadArgument(problem);
        }

        var isTyping = parsed.Type == ActivityTypes.Typing;
        var id = DirectLineIds.FromClient(
            post.Conversation, isTyping, ClientSeed(parsed) ?? post.RequestId, user.Id, sent.RepeatKey.IsEmpty ? sent.Json.Span : sent.RepeatKey.Span);
        var patched = Patch(sent.Json, parsed, id, user, post);
        activity = new(
            new InboundActivity(patched, parsed)
            {
                // Typing has no place in a transcript.
                Echo = !isTyping,
                RequestId = post.RequestId,
                // A name that a client merely claims opens nobody's state.
                User = post.TokenUser?.Id,
            },
            id,
            user);
        return null;
    }

    private static string? Problem(Activity activity, DirectLineUser user, ClientPost post)
    {
        if (string.IsNullOrEmpty(activity.Type))
        {
            return "The activity has no type.";
        }

        if (RefusedTypes.Contains(activity.Type, StringComparer.Ordinal))
        {
            return $"Clients of Direct Line cannot send {activity.Type}.";
        }

        if (NamedTypes.Contains(activity.Type, StringComparer.Ordinal) && string.IsNullOrEmpty(activity.Name))
        {
            return $"An activity of type {activity.Type} needs a name.";
        }

        if (user.Id.Length is 0 or > MaxUserIdLength)
        {
            return $"The activity needs from.id, of at most {MaxUserIdLength} characters.";
        }

        return !post.IsTrusted && post.TokenUser is null && user.Id.StartsWith(DirectLineIds.TokenUserPrefix, StringComparison.Ordinal)
            ? $"A user id that begins with {DirectLineIds.TokenUserPrefix} must come with the token."
            : null;
    }

    // The bytes and the parsed object are changed alike: the bot's runs read the bytes, the engine the object.
    private static byte[] Patch(ReadOnlyMemory<byte> json, Activity activity, string id, DirectLineUser user, ClientPost post)
    {
        var sentId = activity.Id;
        activity.Id = id;
        activity.ChannelId = DirectLineIds.Channel;
        activity.ServiceUrl = DirectLineIds.ServiceUrl;
        activity.Recipient = post.Bot;
        activity.CallerId = null;
        (activity.From ??= new()).Id = user.Id;
        (activity.Conversation ??= new()).Id = post.Conversation;
        List<JsonEdit> edits =
        [
            JsonEdit.Set("id", id),
            JsonEdit.Set("channelId", DirectLineIds.Channel),
            JsonEdit.Set("serviceUrl", DirectLineIds.ServiceUrl),
            JsonEdit.Within("from", JsonEdit.Set("id", user.Id)),
            JsonEdit.Within("conversation", JsonEdit.Set("id", post.Conversation)),
            JsonEdit.SetRaw("recipient", post.BotJson),
            JsonEdit.Remove("callerId"),
        ];
        if (activity.Type == ActivityTypes.MessageReaction)
        {
            // To the engine a reaction's time is part of what it is, so a repeat, posted later, must not have another.
            activity.Timestamp = null;
            edits.Add(JsonEdit.Remove("timestamp"));
            if (activity.ReplyToId is null && sentId is not null)
            {
                // The id may name the message reacted to; it moves to where that has a place of its own.
                activity.ReplyToId = sentId;
                edits.Add(JsonEdit.Set("replyToId", sentId));
            }
        }
        else
        {
            activity.Timestamp = post.Now.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
            edits.Add(JsonEdit.Set("timestamp", activity.Timestamp));
        }

        // The answer to a client's post is its id; replies go to the conversation, so these modes cannot be had here.
        if (string.Equals(activity.DeliveryMode, DeliveryModes.ExpectReplies, StringComparison.OrdinalIgnoreCase)
            || string.Equals(activity.DeliveryMode, DeliveryModes.Stream, StringComparison.OrdinalIgnoreCase))
        {
            activity.DeliveryMode = null;
            edits.Add(JsonEdit.Remove("deliveryMode"));
        }

        return RawJson.Patch(json.Span, edits);
    }

    private static string? ClientSeed(Activity activity) =>
        activity.ChannelData is { ValueKind: JsonValueKind.Object } data
        && data.TryGetProperty("clientActivityID", out var value)
        && value.ValueKind == JsonValueKind.String
            ? $"client {value.GetRawText()}"
            : string.IsNullOrEmpty(activity.Id) ? null : $"id {activity.Id}";
}

/// <summary>What a request says of the activity that it brings.</summary>
/// <param name="Conversation">The conversation of the URL.</param>
/// <param name="TokenUser">The user of the token, if it names one.</param>
/// <param name="IsTrusted">Whether the caller holds the secret.</param>
/// <param name="RequestId">The gateway's id of the request.</param>
/// <param name="Bot">The bot's account.</param>
/// <param name="Now">The time.</param>
internal sealed record ClientPost(
    string Conversation, DirectLineUser? TokenUser, bool IsTrusted, string? RequestId, ChannelAccount Bot, DateTimeOffset Now)
{
    public byte[] BotJson { get; } = Encoding.UTF8.GetBytes(
        $"{{\"id\":{Bot.Id!.AsJson().GetRawText()},\"name\":{Bot.Name!.AsJson().GetRawText()},\"role\":\"bot\"}}");
}

/// <summary>An activity as a client sent it.</summary>
/// <param name="Json">UTF-8 JSON.</param>
internal sealed record SentActivity(ReadOnlyMemory<byte> Json)
{
    /// <summary>The sender when the activity names none.</summary>
    public string? DefaultUser { get; init; }

    /// <summary>What makes two posts the same, when it is not the activity's JSON.</summary>
    public ReadOnlyMemory<byte> RepeatKey { get; init; }
}
