using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Everturn.Delivery;
using Everturn.Storage;
using static Everturn.Conversations.OutboxJson;
using static Everturn.Conversations.PendingWork;
using static Everturn.Conversations.RecordJson;

namespace Everturn.Conversations;

/// <summary>The conversation record as stored JSON.</summary>
/// <remarks>
/// <c>format</c> is the version that wrote the document, <c>writers</c> the oldest version that may write it again. A
/// newer format adds root members; an older node keeps them as they are. RecordFormatTests holds a whole document.
/// </remarks>
internal static class RecordFormat
{
    /// <summary>The format that this version writes.</summary>
    public const int Version = 2;

    // Format 1 knows no rows but those that send: it would say a second time what is to be changed.
    private const int FirstWithChanges = 2;

    private static readonly JsonWriterOptions Writing = new() { SkipValidation = true };

    public static byte[] Write(ConversationRecord record)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Writing))
        {
            json.WriteStartObject();
            json.WriteNumber("format"u8, Version);
            json.WriteNumber("writers"u8, record.Outbox.Any(row => row.Action is not RowAction.Send) ? FirstWithChanges : 1);
            json.WriteNumber("revision"u8, record.Revision);
            json.WriteString("stamp"u8, record.Stamp);
            WriteState(json, record.State);
            WriteInbox(json, record.Inbox);
            WriteOutbox(json, record.Outbox);
            WriteSent(json, record.Sent);
            json.WriteNumber("nextRow"u8, record.NextRow);
            WriteQueue(json, record.Queue);
            WriteJournal(json, record.Journal);
            WriteTimers(json, record.Timers);
            WriteMembers(json, record.Members);
            WriteLease(json, record.Lease);
            WriteTime(json, "expires"u8, record.Expires);
            WriteTime(json, "endedUntil"u8, record.EndedUntil);
            WriteTime(json, "due"u8, record.Due);

            foreach (var (name, value) in record.Unknown)
            {
                json.WritePropertyName(name);
                json.WriteRawValue(value.Span, skipInputValidation: true);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a record; its parts are slices of <paramref name="content"/>.</summary>
    /// <exception cref="UnreadableRecordException">The document is no record, or one that this version may not write.</exception>
    public static ConversationRecord Read(ReadOnlyMemory<byte> content)
    {
        ProtectedFormat.ThrowIfProtected(content.Span);
        try
        {
            return ReadValidated(content);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new UnreadableRecordException(
                $"ET1005: the stored conversation record cannot be read: {exception.Message} Restore the document, or delete it to start over.", exception);
        }
    }

    private static ConversationRecord ReadValidated(ReadOnlyMemory<byte> content)
    {
        var record = new ConversationRecord { State = ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>.Empty, Inbox = Inbox.Empty(default) };
        var unknown = ImmutableArray.CreateBuilder<KeyValuePair<string, ReadOnlyMemory<byte>>>();
        foreach (var (name, value) in Members(content))
        {
            switch (name)
            {
                case "format":
                    break;
                case "writers":
                    var writers = Int64(value);
                    if (writers > Version)
                    {
                        throw new UnreadableRecordException(
                            $"ET1006: the conversation record may be written by format {writers} and later only; this node writes format {Version}. "
                            + "Another node must take it: finish the upgrade of this one.");
                    }

                    break;
                case "revision":
                    record = record with { Revision = Int64(value) };
                    break;
                case "stamp":
                    record = record with { Stamp = Text(value) ?? "" };
                    break;
                case "state":
                    record = record with { State = Members(value).ToImmutableSortedDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal) };
                    break;
                case "inbox":
                    record = record with { Inbox = ReadInbox(value) };
                    break;
                case "outbox":
                    record = record with { Outbox = [.. Elements(value).Select(ReadRow)] };
                    break;
                case "sent":
                    record = record with { Sent = [.. ReadSent(value)] };
                    break;
                case "lease":
                    record = record with { Lease = ReadLease(value) };
                    break;
                case "nextRow":
                    record = record with { NextRow = (int)Int64(value) };
                    break;
                case "queue":
                    record = record with { Queue = [.. Elements(value).Select(ReadQueued)] };
                    break;
                case "journal":
                    record = record with { Journal = [.. Elements(value).Select(ReadEntry)] };
                    break;
                case "timers":
                    record = record with { Timers = [.. Elements(value).Select(ReadTimer)] };
                    break;
                case "members":
                    record = record with { Members = [.. Elements(value).Select(member => Text(member)!)] };
                    break;
                case "expires":
                    record = record with { Expires = Time(value) };
                    break;
                case "endedUntil":
                    record = record with { EndedUntil = Time(value) };
                    break;
                case "due":
                    record = record with { Due = Time(value) };
                    break;
                default:
                    unknown.Add(new(name, value));
                    break;
            }
        }

        return record with { Unknown = unknown.ToImmutable() };
    }

    private static void WriteState(Utf8JsonWriter json, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> state)
    {
        json.WriteStartObject("state"u8);
        foreach (var (name, value) in state)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(value.Span, skipInputValidation: true);
        }

        json.WriteEndObject();
    }

    private static void WriteInbox(Utf8JsonWriter json, Inbox inbox)
    {
        json.WriteStartObject("inbox"u8);
        json.WriteBase64String("key"u8, inbox.Key.Span);
        json.WriteBase64String("entries"u8, inbox.Entries.Span);
        if (!inbox.Answers.IsEmpty)
        {
            json.WriteStartArray("answers"u8);
            foreach (var (hash, answer) in inbox.Answers)
            {
                json.WriteStartObject();
                json.WriteString("hash"u8, hash.ToString("x16", CultureInfo.InvariantCulture));
                json.WriteNumber("status"u8, answer.Status);
                if (!answer.Body.IsEmpty)
                {
                    json.WritePropertyName("body"u8);
                    json.WriteRawValue(answer.Body.Span, skipInputValidation: true);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static Inbox ReadInbox(ReadOnlyMemory<byte> json)
    {
        var inbox = Inbox.Empty(default);
        foreach (var (name, value) in Members(json))
        {
            inbox = name switch
            {
                "key" => inbox with { Key = Base64(value) },
                "entries" => inbox with { Entries = Base64(value) },
                "answers" => inbox with { Answers = [.. Elements(value).Select(ReadAnswer)] },
                _ => inbox,
            };
        }

        return inbox;
    }

    private static RecordedAnswer ReadAnswer(ReadOnlyMemory<byte> json)
    {
        var members = Named(json);
        var hash = ulong.Parse(Text(members["hash"])!, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return new(hash, new((int)Int64(members["status"]), members.GetValueOrDefault("body")));
    }

    private static void WriteMembers(Utf8JsonWriter json, ImmutableArray<string> members)
    {
        if (members.IsEmpty)
        {
            return;
        }

        json.WriteStartArray("members"u8);
        foreach (var member in members)
        {
            json.WriteStringValue(member);
        }

        json.WriteEndArray();
    }

    private static void WriteLease(Utf8JsonWriter json, Lease lease)
    {
        if (lease.Term == 0)
        {
            return;
        }

        json.WriteStartObject("lease"u8);
        if (lease.Owner is not null)
        {
            json.WriteString("owner"u8, lease.Owner);
        }

        json.WriteNumber("term"u8, lease.Term);
        json.WriteNumber("beat"u8, lease.Beat);
        json.WriteNumber("milliseconds"u8, (long)lease.Duration.TotalMilliseconds);
        json.WriteEndObject();
    }

    private static Lease ReadLease(ReadOnlyMemory<byte> json)
    {
        var lease = default(Lease);
        foreach (var (name, value) in Members(json))
        {
            lease = name switch
            {
                "owner" => lease with { Owner = Text(value) },
                "term" => lease with { Term = Int64(value) },
                "beat" => lease with { Beat = Int64(value) },
                "milliseconds" => lease with { Duration = TimeSpan.FromMilliseconds(Int64(value)) },
                _ => lease,
            };
        }

        return lease;
    }
}
