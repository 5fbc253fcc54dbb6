using System.Buffers;
using System.Text.Json;
using Everturn.Activities;

namespace Everturn.DirectLine.Json;

/// <summary>Changes members of a JSON object and copies all the rest byte for byte: number spelling, escapes, unknown members.</summary>
internal static class RawJson
{
    // An activity may nest as deep as the protocol's reader allows.
    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = ActivityJson.MaxDepth };

    /// <summary>Applies edits to an object.</summary>
    /// <exception cref="JsonException">It is not a JSON object, or not well-formed.</exception>
    public static byte[] Patch(ReadOnlySpan<byte> json, params IReadOnlyList<JsonEdit> edits)
    {
        var output = new ArrayBufferWriter<byte>(json.Length + 512);
        Patch(json, edits, output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The string that a member of the root object holds; null when it is missing or of another kind.</summary>
    public static string? StringMember(ReadOnlySpan<byte> json, string name)
    {
        var reader = new Utf8JsonReader(json, ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(name);
            reader.Read();
            if (found)
            {
                return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            }

            reader.Skip();
        }

        return null;
    }

    private static void Patch(ReadOnlySpan<byte> json, IReadOnlyList<JsonEdit> edits, ArrayBufferWriter<byte> output)
    {
        var reader = new Utf8JsonReader(json, ReaderOptions);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("An object was expected.");
        }

        Span<bool> applied = stackalloc bool[edits.Count];
        var separator = "{"u8;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var memberStart = (int)reader.TokenStartIndex;
            var index = IndexOf(edits, ref reader);
            reader.Read();
            var valueStart = (int)reader.TokenStartIndex;
            reader.Skip();
            var value = json[valueStart..(int)reader.BytesConsumed];
            if (index < 0)
            {
                output.Write(separator);
                output.Write(json[memberStart..(int)reader.BytesConsumed]);
                separator = ","u8;
                continue;
            }

            applied[index] = true;
            if (WriteEdited(separator, edits[index], value, output))
            {
                separator = ","u8;
            }
        }

        for (var i = 0; i < edits.Count; i++)
        {
            if (!applied[i] && WriteEdited(separator, edits[i], "null"u8, output))
            {
                separator = ","u8;
            }
        }

        output.Write(separator is [(byte)'{'] ? "{}"u8 : "}"u8);
    }

    private static int IndexOf(IReadOnlyList<JsonEdit> edits, ref Utf8JsonReader reader)
    {
        for (var i = 0; i < edits.Count; i++)
        {
            if (reader.ValueTextEquals(edits[i].Name))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool WriteEdited(ReadOnlySpan<byte> separator, JsonEdit edit, ReadOnlySpan<byte> value, ArrayBufferWriter<byte> output)
    {
        if (edit is JsonEdit.RemoveEdit)
        {
            return false;
        }

        output.Write(separator);
        output.Write("\""u8);
        output.Write(edit.EncodedName.EncodedUtf8Bytes);
        output.Write("\":"u8);
        switch (edit)
        {
            case JsonEdit.SetEdit set:
                output.Write(set.Value.Span);
                break;
            case JsonEdit.WithinEdit within when value[0] is (byte)'{':
                Patch(value, within.Edits, output);
                break;
            case JsonEdit.WithinEdit within when value.SequenceEqual("null"u8):
                Patch("{}"u8, within.Edits, output);
                break;
            default:
                output.Write(value);
                break;
        }

        return true;
    }
}
