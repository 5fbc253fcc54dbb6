using System.Collections.Immutable;
using System.Text.Json;
using Everturn.Delivery;
using static Everturn.Conversations.RecordJson;

namespace Everturn.Conversations;

/// <summary>The parts of a stored record that hold what leaves through the channel, and what the channel calls it.</summary>
internal static class OutboxJson
{
    public static void WriteOutbox(Utf8JsonWriter json, ImmutableArray<OutboxRow> outbox)
    {
        json.WriteStartArray("outbox"u8);
        foreach (var row in outbox)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, row.Id.ToString());
            json.WriteString("node"u8, row.Node);
            if (row.IsEcho)
            {
                json.WriteBoolean("echo"u8, value: true);
            }

            if (row.IsAmbiguous)
            {
                json.WriteBoolean("ambiguous"u8, value: true);
            }

            WriteText(json, "user"u8, row.User);
            if (row.Action is not RowAction.Send)
            {
                json.WriteString("does"u8, row.Action is RowAction.Update ? "update"u8 : "delete"u8);
            }

            WriteText(json, "targetRow"u8, row.TargetRow?.ToString());
            WriteText(json, "targetId"u8, row.TargetId);
            json.WritePropertyName("activity"u8);
            json.WriteRawValue(row.Activity.Span, skipInputValidation: true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static OutboxRow ReadRow(ReadOnlyMemory<byte> json)
    {
        var members = Named(json);
        return new(RowId.Parse(Text(members["id"])!), members["activity"], Text(members["node"])!, IsTrue(members, "echo"))
        {
            IsAmbiguous = IsTrue(members, "ambiguous"),
            User = TextOrNull(members, "user"),
            Action = TextOrNull(members, "does") switch
            {
                null => RowAction.Send,
                "update" => RowAction.Update,
                "delete" => RowAction.Delete,
                var other => throw new FormatException($"A row of the outbox does '{other}', which this version does not know."),
            },
            TargetRow = TextOrNull(members, "targetRow") is { } row ? RowId.Parse(row) : null,
            TargetId = TextOrNull(members, "targetId"),
        };
    }

    public static void WriteSent(Utf8JsonWriter json, ImmutableArray<SentActivity> sent)
    {
        if (sent.IsEmpty)
        {
            return;
        }

        json.WriteStartObject("sent"u8);
        foreach (var (row, id) in sent)
        {
            json.WriteString(row.ToString(), id);
        }

        json.WriteEndObject();
    }

    public static IEnumerable<SentActivity> ReadSent(ReadOnlyMemory<byte> json) =>
        Members(json).Select(sent => new SentActivity(RowId.Parse(sent.Name), Text(sent.Value)!));
}
