using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace Everturn.Storage.Postgres.Signals;

// What one NOTIFY says: a JSON array of the teller's name and keys. The server takes less than 8,000 bytes.
internal sealed class Payload
{
    private const int MostBytes = 7900;

    private readonly string _self = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    // As many of the waiting keys as fit, each once; says how many were taken.
    public int Take(ChannelReader<string> waiting, out string text)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var count = 0;
        // In JSON a character may take six bytes; the longest key fits all the same.
        for (var bytes = 32; waiting.TryPeek(out var key) && (bytes += Length(key)) <= MostBytes && waiting.TryRead(out _); count++) keys.Add(key);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            json.WriteStringValue(_self);
            foreach (var key in keys) json.WriteStringValue(key);
            json.WriteEndArray();
        }

        text = Encoding.UTF8.GetString(buffer.WrittenSpan);
        return count;
    }

    // The keys that another node tells of. What is not understood, for instance of a newer version, is no hint.
    public IReadOnlyList<string> Read(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var strings = json.RootElement.EnumerateArray().Select(item => item.GetString() ?? "").ToArray();
            return strings.Length > 0 && strings[0] != _self ? strings[1..] : [];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return [];
        }
    }

    private static int Length(string key) => JsonEncodedText.Encode(key).EncodedUtf8Bytes.Length + 3;
}
