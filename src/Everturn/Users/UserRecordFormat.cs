using System.Collections.Immutable;
using System.Text.Json;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Storage;

namespace Everturn.Users;

/// <summary>The user's record as stored JSON, under the same rules as <see cref="RecordFormat"/>.</summary>
internal static class UserRecordFormat
{
    private const int Version = 1;

    public static byte[] Write(UserRecord record)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("format"u8, Version);
            json.WriteNumber("writers"u8, 1);
            json.WriteStartObject("state"u8);
            foreach (var (name, value) in record.State)
            {
                json.WritePropertyName(name);
                json.WriteRawValue(value.Span, skipInputValidation: true);
            }

            json.WriteEndObject();
            json.WriteStartArray("applied"u8);
            foreach (var (life, row) in record.Applied)
            {
                json.WriteStartObject();
                json.WriteString("life"u8, life);
                json.WriteString("row"u8, row.ToString());
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (record.EndedUntil is { } ended)
            {
                json.WriteNumber("endedUntil"u8, ended.ToUnixTimeMilliseconds());
            }

            foreach (var (name, value) in record.Unknown)
            {
                json.WritePropertyName(name);
                json.WriteRawValue(value.Span, skipInputValidation: true);
            }

            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <exception cref="UnreadableRecordException">The document is no user's record, or one that this version may not write.</exception>
    public static UserRecord Read(ReadOnlyMemory<byte> content)
    {
        ProtectedFormat.ThrowIfProtected(content.Span);
        try
        {
            return ReadMembers(content);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new UnreadableRecordException(
                $"ET1005: the stored user record cannot be read: {exception.Message} Restore the document, or delete it to start over.", exception);
        }
    }

    private static UserRecord ReadMembers(ReadOnlyMemory<byte> content)
    {
        var record = UserRecord.Empty;
        var unknown = ImmutableArray.CreateBuilder<KeyValuePair<string, ReadOnlyMemory<byte>>>();
        foreach (var (name, value) in RecordJson.Members(content))
        {
            switch (name)
            {
                case "format":
                    break;
                case "writers":
                    if (RecordJson.Int64(value) > Version)
                    {
                        throw new UnreadableRecordException(
                            $"ET1006: the user record may be written by format {RecordJson.Int64(value)} and later only; this node writes format {Version}. "
                            + "Another node must take it: finish the upgrade of this one.");
                    }

                    break;
                case "state":
                    record = record with { State = RecordJson.Members(value).ToImmutableSortedDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal) };
                    break;
                case "applied":
                    record = record with { Applied = [.. RecordJson.Elements(value).Select(ReadApplied)] };
                    break;
                case "endedUntil":
                    record = record with { EndedUntil = DateTimeOffset.FromUnixTimeMilliseconds(RecordJson.Int64(value)) };
                    break;
                default:
                    unknown.Add(new(name, value));
                    break;
            }
        }

        return record with { Unknown = unknown.ToImmutable() };
    }

    private static AppliedRow ReadApplied(ReadOnlyMemory<byte> json)
    {
        var members = RecordJson.Members(json).ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);
        return new(RecordJson.Text(members["life"])!, RowId.Parse(RecordJson.Text(members["row"])!));
    }
}
