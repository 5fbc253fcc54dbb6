using System.Globalization;
using System.Text.Json;

namespace Everturn.Conversations;

/// <summary>Reads the parts of a stored record as slices of its bytes, and writes what many of them have.</summary>
internal static class RecordJson
{
    public static List<(string Name, ReadOnlyMemory<byte> Value)> Members(ReadOnlyMemory<byte> json)
    {
        var reader = Open(json, JsonTokenType.StartObject);
        var members = new List<(string, ReadOnlyMemory<byte>)>();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            members.Add((name, Value(json, ref reader)));
        }

        return members;
    }

    public static List<ReadOnlyMemory<byte>> Elements(ReadOnlyMemory<byte> json)
    {
        var reader = Open(json, JsonTokenType.StartArray);
        var elements = new List<ReadOnlyMemory<byte>>();
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            elements.Add(Value(json, ref reader));
        }

        return elements;
    }

    private static Utf8JsonReader Open(ReadOnlyMemory<byte> json, JsonTokenType expected)
    {
        // A record holds activities and state at their own greatest depth.
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = 256 });
        return reader.Read() && reader.TokenType == expected
            ? reader
            : throw new JsonException($"Expected {expected}, found {reader.TokenType}.");
    }

    private static ReadOnlyMemory<byte> Value(ReadOnlyMemory<byte> json, ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return json[start..(int)reader.BytesConsumed];
    }

    public static long Int64(ReadOnlyMemory<byte> json) =>
        long.Parse(json.Span, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    public static string? Text(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span);
        reader.Read();
        return reader.GetString();
    }

    public static ReadOnlyMemory<byte> Base64(ReadOnlyMemory<byte> json) => Convert.FromBase64String(Text(json) ?? "");

    // Unix milliseconds.
    public static void WriteTime(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? time)
    {
        if (time is { } value)
        {
            json.WriteNumber(name, value.ToUnixTimeMilliseconds());
        }
    }

    public static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    public static string? TextOrNull(Dictionary<string, ReadOnlyMemory<byte>> members, string name) =>
        members.TryGetValue(name, out var text) ? Text(text) : null;

    public static DateTimeOffset Time(ReadOnlyMemory<byte> json) => DateTimeOffset.FromUnixTimeMilliseconds(Int64(json));

    public static Dictionary<string, ReadOnlyMemory<byte>> Named(ReadOnlyMemory<byte> json) =>
        Members(json).ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);

    public static bool IsTrue(Dictionary<string, ReadOnlyMemory<byte>> members, string name) =>
        members.TryGetValue(name, out var value) && value.Span.SequenceEqual("true"u8);
}
