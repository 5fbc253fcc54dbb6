using System.Buffers;
using System.Text.Json;

namespace Everturn.Storage.CosmosDb.Items;

/// <summary>A document as Cosmos DB keeps it.</summary>
/// <remarks>
/// Cosmos DB writes JSON anew: the order of members, the spelling of numbers and blanks are its own. So the content is base64
/// in a string, and comes back byte by byte.
/// </remarks>
internal static class Item
{
    /// <summary>Cosmos DB's limit for an item, in bytes of JSON, with room for the properties that it adds.</summary>
    public const int MaxBytes = (2 << 20) - 1024;

    private const string Id = "id";
    private const string Key = "key";
    private const string Stamp = "stamp";
    private const string DueAt = "due";
    private const string TimeToLive = "ttl";
    private const string Content = "content";

    /// <summary>Writes an item.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="key">The document's key; kept only when the id does not tell it.</param>
    /// <param name="stamp">The random part of its version.</param>
    /// <param name="content">The document.</param>
    /// <param name="due">Its due.</param>
    /// <param name="timeToLive">After how long Cosmos DB removes it: for tombstones alone; null for ever.</param>
    public static ReadOnlyMemory<byte> Write(
        string id, string key, string stamp, ReadOnlyMemory<byte> content, DateTimeOffset? due, TimeSpan? timeToLive)
    {
        var buffer = new ArrayBufferWriter<byte>((content.Length / 3 * 4) + 512 + id.Length);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString(Id, id);
        if (KeyName.Head(id) is not null) json.WriteString(Key, key);
        json.WriteString(Stamp, stamp);
        if (due is { } at && Due.Of(key, at) is { } text) json.WriteString(DueAt, text);
        if (timeToLive is { } time) json.WriteNumber(TimeToLive, (int)Math.Ceiling(time.TotalSeconds));
        json.WriteBase64String(Content, content.Span);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>Reads an item; null when another program wrote it.</summary>
    public static async Task<StoredDocument?> ReadAsync(Stream stream, string etag, CancellationToken cancellationToken)
    {
        using var json = await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken);
        return json.RootElement.TryGetProperty(Stamp, out var stamp) && stamp.ValueKind == JsonValueKind.String
            && json.RootElement.TryGetProperty(Content, out var content) && content.ValueKind == JsonValueKind.String
            && content.TryGetBytesFromBase64(out var bytes)
            ? new StoredDocument(bytes, ItemVersion.Join(etag, stamp.GetString()!))
            : null;
    }
}
