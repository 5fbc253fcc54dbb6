using System.Text.Json;
using Everturn.Conversations;

namespace Everturn.Users;

/// <summary>What a conversation record keeps of a user, as JSON for that user.</summary>
/// <remarks>
/// <c>{"conversation","shared","state","privateState","queue":[activity],"outbox":[activity],"timers":[{"due","activity"}],"journal":[{"name","result"}],"answers":[..]}</c>.
/// Of a shared conversation: only the private state, and the user's own activities in queue and timers.
/// </remarks>
internal static class ConversationExport
{
    public static byte[] Write(string conversation, ConversationRecord record, string user)
    {
        var isShared = !record.IsOnlyOf(user);
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteString("conversation"u8, conversation);
            json.WriteBoolean("shared"u8, isShared);
            if (!isShared)
            {
                WriteValues(json, "state", StoredState.Shared(record.State));
            }

            WriteValues(json, "privateState", StoredState.Of(record.State, user));
            WriteAll(json, "queue", record.Queue.Where(queued => !isShared || queued.IsOf(user)).Select(queued => queued.Activity));
            WriteAll(json, "outbox", record.Outbox.Where(row => !isShared && row.User is null).Select(row => row.Activity));
            json.WriteStartArray("timers"u8);
            foreach (var timer in record.Timers.Where(timer => !isShared || timer.IsOf(user)))
            {
                json.WriteStartObject();
                json.WriteString("due"u8, timer.Due);
                json.WritePropertyName("activity"u8);
                json.WriteRawValue(timer.Activity.Span, skipInputValidation: true);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("journal"u8);
            foreach (var entry in record.Journal.Where(_ => !isShared))
            {
                json.WriteStartObject();
                json.WriteString("name"u8, entry.Name);
                json.WritePropertyName("result"u8);
                json.WriteRawValue(entry.Result.Span, skipInputValidation: true);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            WriteAll(json, "answers", record.Inbox.Answers.Where(answer => !isShared && !answer.Answer.Body.IsEmpty).Select(answer => answer.Answer.Body));
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void WriteValues(Utf8JsonWriter json, string name, StateBytes values)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in values)
        {
            json.WritePropertyName(key);
            json.WriteRawValue(value.Span, skipInputValidation: true);
        }

        json.WriteEndObject();
    }

    private static void WriteAll(Utf8JsonWriter json, string name, IEnumerable<ReadOnlyMemory<byte>> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteRawValue(value.Span, skipInputValidation: true);
        }

        json.WriteEndArray();
    }
}
