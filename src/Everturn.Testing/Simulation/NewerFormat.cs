using System.Globalization;
using System.Text;
using Everturn.Conversations;
using Everturn.Storage;

namespace Everturn.Testing.Simulation;

/// <summary>
/// Makes a node write as the next format would: with a root member of its own, which it counts up with every write, and,
/// when it is exclusive, for its own kind only. Stands for a rolling upgrade, in either direction.
/// </summary>
internal sealed class NewerFormat(IStore inner, bool isExclusive) : IStore
{
    private const string Member = "newer";

    // What an engine of the newer format would keep in its own cache.
    private readonly Dictionary<ETag, long> _known = [];

    /// <summary>How often nodes of the newer format have written a record, as the record itself says.</summary>
    public static long WritesIn(ReadOnlyMemory<byte> content) =>
        content.Span.IndexOf("\"newer\":"u8) < 0 ? 0 : Count(Parse(content));

    public async ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken)
    {
        var document = await inner.LoadAsync(key, cancellationToken);
        if (document is null || !IsRecord(key))
        {
            return document;
        }

        _known[document.ETag] = WritesIn(document.Content);
        return document with { Content = Replace(document.Content, Newer("writers"), Ours("writers")) };
    }

    public async ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due)
    {
        if (!IsRecord(key))
        {
            return await inner.SaveAsync(key, content, expected, due);
        }

        var record = Parse(content);
        var writes = 1 + (expected is { } before && _known.TryGetValue(before, out var known) ? known : Count(record));
        var counted = Encoding.UTF8.GetBytes(writes.ToString(CultureInfo.InvariantCulture));
        content = RecordFormat.Write(record with { Unknown = [.. record.Unknown.Where(member => member.Key != Member), new(Member, counted)] });
        content = Replace(content, Ours("format"), Newer("format"));
        // What the engine writes may be open to formats before its own.
        var saved = await inner.SaveAsync(
            key, isExclusive ? Replace(Replace(content, "\"writers\":1", Newer("writers")), Ours("writers"), Newer("writers")) : content, expected, due);
        if (saved.ETag is { } etag)
        {
            _known[etag] = writes;
        }

        return saved;
    }

    public ValueTask<bool> DeleteAsync(string key, ETag expected) => inner.DeleteAsync(key, expected);

    public ValueTask<IReadOnlyList<string>> ListDueAsync(string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken) =>
        inner.ListDueAsync(scope, now, after, limit, cancellationToken);

    public ValueTask<IReadOnlyList<string>> ListKeysAsync(string prefix, string? after, int limit, CancellationToken cancellationToken) =>
        inner.ListKeysAsync(prefix, after, limit, cancellationToken);

    /// <summary>Whether a document is a conversation record: other documents have formats of their own.</summary>
    public static bool IsRecord(string key) => ConversationKey.TryParse(key, out _);

    /// <summary>Reads a record of either format.</summary>
    public static ConversationRecord Parse(ReadOnlyMemory<byte> content) => RecordFormat.Read(Replace(content, Newer("writers"), Ours("writers")));

    private static string Ours(string member) => string.Create(CultureInfo.InvariantCulture, $"\"{member}\":{RecordFormat.Version}");

    private static string Newer(string member) => string.Create(CultureInfo.InvariantCulture, $"\"{member}\":{RecordFormat.Version + 1}");

    private static long Count(ConversationRecord record) =>
        record.Unknown.FirstOrDefault(member => member.Key == Member).Value is { IsEmpty: false } value
            ? long.Parse(value.Span, CultureInfo.InvariantCulture)
            : 0;

    // The head of a record is written by us, in this very order; nothing of a user's comes before it.
    private static ReadOnlyMemory<byte> Replace(ReadOnlyMemory<byte> content, string from, string to)
    {
        var head = Math.Min(content.Length, 40);
        var text = Encoding.UTF8.GetString(content.Span[..head]);
        var replaced = Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal));
        return (byte[])[.. replaced, .. content.Span[head..]];
    }
}
