using System.Globalization;
using System.Text;
using System.Text.Json;
using Everturn.Activities;
using Everturn.Delivery;
using Everturn.DirectLine.Conversations;
using Everturn.DirectLine.Json;
using Everturn.Hosting;

namespace Everturn.DirectLine.Transcripts;

/// <summary>Appends delivered outbox rows to a transcript: a pure function, run again when another write came first.</summary>
internal static class RowAppender
{
    /// <summary>What clients never get: the channel's own affairs, and what is for developers alone.</summary>
    private static readonly string[] HiddenTypes =
        [ActivityTypes.ConversationUpdate, ActivityTypes.ContactRelationUpdate, ActivityTypes.Trace, "invokeResponse"];

    /// <summary>Appends those rows that are new and have a place in the transcript.</summary>
    /// <returns>The transcript with them, or the very same one when there are none.</returns>
    public static Transcript Append(
        Transcript transcript, string conversation, IReadOnlyList<OutboxRow> rows, EverturnOptions node, DateTimeOffset now)
    {
        var result = transcript;
        foreach (var row in rows.Where(row => row.Id > transcript.Row))
        {
            var activity = ActivityJson.Read(row.Activity.Span);
            if (IsHidden(activity))
            {
                continue;
            }

            var sequence = result.Last + 1;
            var time = now > result.Time ? now : result.Time;
            var json = RawJson.Patch(row.Activity.Span, Edits(result, conversation, row, activity, sequence, time, node));
            result = result with
            {
                Last = sequence,
                Row = row.Id,
                Time = time,
                Entries = result.Entries.Add(new(sequence, row.Id, json)),
            };
            if (row.IsEcho && activity.From?.Id is { Length: > 0 } user)
            {
                result = result.WithJoined(DirectLineIds.UserKey(user));
            }
        }

        return result;
    }

    /// <summary>Whether an activity is shown to those who look just now, and kept by nobody.</summary>
    public static bool IsEphemeral(Activity activity) => activity.Type == ActivityTypes.Typing;

    /// <summary>Whether an activity has no place in the transcript.</summary>
    public static bool IsHidden(Activity activity) => IsEphemeral(activity) || HiddenTypes.Contains(activity.Type, StringComparer.Ordinal);

    // Clients sort by this number, which does not depend on the nodes' clocks.
    public static JsonEdit Order(long sequence) =>
        JsonEdit.SetRaw("webchat:sequence-id", Encoding.UTF8.GetBytes(sequence.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Who has answered.</summary>
    public static JsonEdit Origin(OutboxRow row, EverturnOptions node) => JsonEdit.SetRaw("everturn", OriginOf(row, node));

    // A message that was streamed takes the place of its preview on clients' screens: that is what the id is for.
    private static string NewId(Transcript transcript, string conversation, Activity activity, long sequence) =>
        StreamInfo.Of(activity) is { Type: StreamTypes.Final, StreamId: { } stream } && DirectLineIds.IsStream(conversation, stream) && !transcript.Holds(stream)
            ? stream
            : DirectLineIds.FromBot(conversation, sequence);

    private static List<JsonEdit> Edits(
        Transcript transcript, string conversation, OutboxRow row, Activity activity, long sequence, DateTimeOffset time, EverturnOptions node)
    {
        var order = Order(sequence);
        List<JsonEdit> edits = [JsonEdit.Set("timestamp", time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture))];
        if (row.IsEcho)
        {
            edits.Add(JsonEdit.Within("channelData", order));
            return edits;
        }

        edits.Add(JsonEdit.Set("id", NewId(transcript, conversation, activity, sequence)));
        edits.Add(JsonEdit.Within("channelData", order, Origin(row, node)));
        if (activity.From is null)
        {
            // Somebody spoke unasked, by a reference that does not name the bot.
            edits.Add(JsonEdit.SetRaw("from", JsonSerializer.SerializeToUtf8Bytes(BotAccount.Of(node), ActivityJsonContext.Default.ChannelAccount)));
        }

        if (activity.ReplyToId is { } replied && DirectLineIds.IsHidden(conversation, replied))
        {
            // Web Chat waits seconds for an activity that is replied to and never comes.
            edits.Add(JsonEdit.Remove("replyToId"));
        }

        return edits;
    }

    private static byte[] OriginOf(OutboxRow row, EverturnOptions node)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("node", row.Node);
            // A row does not say where its node stands; a node knows it of itself.
            if (row.Node == node.Node)
            {
                writer.WriteString("region", node.Region);
            }

            writer.WriteNumber("revision", row.Id.Revision);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }
}
