using System.Collections.Immutable;
using System.Text.Json;
using Everturn.Delivery;
using static Everturn.Conversations.RecordJson;

namespace Everturn.Conversations;

/// <summary>The parts of a stored record that hold turns to come: queue, journal and timers.</summary>
internal static class PendingWork
{
    public static void WriteQueue(Utf8JsonWriter json, ImmutableArray<QueuedActivity> queue)
    {
        if (queue.IsEmpty)
        {
            return;
        }

        json.WriteStartArray("queue"u8);
        foreach (var queued in queue)
        {
            json.WriteStartObject();
            json.WriteBase64String("identity"u8, queued.Identity.Bytes.Span);
            json.WriteNumber("attempts"u8, queued.Attempts);
            WriteTime(json, "accepted"u8, queued.Accepted);
            WriteText(json, "user"u8, queued.User);
            WriteIdentity(json, "origin"u8, queued.Origin);
            json.WritePropertyName("activity"u8);
            json.WriteRawValue(queued.Activity.Span, skipInputValidation: true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static QueuedActivity ReadQueued(ReadOnlyMemory<byte> json)
    {
        var members = Named(json);
        return new(new(Base64(members["identity"])), members["activity"], (int)Int64(members["attempts"]), Time(members["accepted"]))
        {
            User = TextOrNull(members, "user"),
            Origin = IdentityOrNull(members, "origin"),
        };
    }

    public static void WriteJournal(Utf8JsonWriter json, ImmutableArray<JournalEntry> journal)
    {
        if (journal.IsEmpty)
        {
            return;
        }

        json.WriteStartArray("journal"u8);
        foreach (var entry in journal)
        {
            json.WriteStartObject();
            json.WriteBase64String("identity"u8, entry.Identity.Bytes.Span);
            json.WriteString("name"u8, entry.Name);
            WriteTime(json, "at"u8, entry.At);
            json.WritePropertyName("result"u8);
            json.WriteRawValue(entry.Result.Span, skipInputValidation: true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static JournalEntry ReadEntry(ReadOnlyMemory<byte> json)
    {
        var members = Named(json);
        return new(new(Base64(members["identity"])), Text(members["name"])!, members["result"], Time(members["at"]));
    }

    public static void WriteTimers(Utf8JsonWriter json, ImmutableArray<ConversationTimer> timers)
    {
        if (timers.IsEmpty)
        {
            return;
        }

        json.WriteStartArray("timers"u8);
        foreach (var timer in timers)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, timer.Id.ToString());
            WriteTime(json, "due"u8, timer.Due);
            WriteText(json, "user"u8, timer.User);
            json.WritePropertyName("activity"u8);
            json.WriteRawValue(timer.Activity.Span, skipInputValidation: true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static ConversationTimer ReadTimer(ReadOnlyMemory<byte> json)
    {
        var members = Named(json);
        return new(RowId.Parse(Text(members["id"])!), Time(members["due"]), members["activity"]) { User = TextOrNull(members, "user") };
    }

    public static void WriteIdentity(Utf8JsonWriter json, ReadOnlySpan<byte> name, ActivityIdentity? identity)
    {
        if (identity is { } value)
        {
            json.WriteBase64String(name, value.Bytes.Span);
        }
    }

    public static ActivityIdentity? IdentityOrNull(Dictionary<string, ReadOnlyMemory<byte>> members, string name) =>
        members.TryGetValue(name, out var identity) ? new(Base64(identity)) : null;
}
