using System.Text.Json;
using Everturn.Conversations;
using Everturn.Storage;

namespace Everturn.Delivery;

/// <summary>The dead letter as stored JSON.</summary>
internal static class DeadLetterFormat
{
    private const int Version = 1;

    public static byte[] Write(DeadLetter letter)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("format"u8, Version);
            json.WriteString("kind"u8, letter.Kind is DeadLetterKind.Inbound ? "inbound" : "outbound");
            json.WriteString("conversation"u8, letter.Conversation.Id);
            json.WriteBase64String("identity"u8, letter.Identity.Bytes.Span);
            PendingWork.WriteIdentity(json, "origin"u8, letter.Origin);
            PendingWork.WriteJournal(json, letter.Journal);
            if (letter.User is not null)
            {
                json.WriteString("user"u8, letter.User);
            }

            json.WriteNumber("attempts"u8, letter.Attempts);
            json.WriteString("at"u8, letter.At);
            json.WriteString("reason"u8, letter.Reason);
            json.WritePropertyName("activity"u8);
            json.WriteRawValue(letter.Activity.Span, skipInputValidation: true);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <exception cref="UnreadableRecordException">The document is no dead letter that this version can read.</exception>
    public static DeadLetter Read(string storeKey, ReadOnlyMemory<byte> content)
    {
        ProtectedFormat.ThrowIfProtected(content.Span);
        try
        {
            var parts = storeKey.Split('/', 4);
            var members = RecordJson.Members(content).ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);
            if (RecordJson.Int64(members["format"]) != Version)
            {
                throw new FormatException("it has a newer format");
            }

            return new DeadLetter(
                parts[3],
                RecordJson.Text(members["kind"]) == "outbound" ? DeadLetterKind.Outbound : DeadLetterKind.Inbound,
                new(Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts[1]), RecordJson.Text(members["conversation"])!),
                members["activity"],
                (int)RecordJson.Int64(members["attempts"]),
                DateTimeOffset.Parse(RecordJson.Text(members["at"])!, System.Globalization.CultureInfo.InvariantCulture),
                RecordJson.Text(members["reason"])!)
            {
                Identity = new(RecordJson.Base64(members["identity"])),
                Origin = PendingWork.IdentityOrNull(members, "origin"),
                Journal = members.TryGetValue("journal", out var journal) ? [.. RecordJson.Elements(journal).Select(PendingWork.ReadEntry)] : [],
                User = members.TryGetValue("user", out var user) ? RecordJson.Text(user) : null,
            };
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new UnreadableRecordException($"ET1028: the stored dead letter '{storeKey}' cannot be read: {exception.Message}. Upgrade this program, or delete the document.", exception);
        }
    }
}
