using System.Text.Json;
using System.Text.Json.Serialization;

namespace Everturn.Dialogs;

/// <summary>Writes the values as one JSON object, and reads each only when it is asked for.</summary>
internal sealed class DialogValuesConverter : JsonConverter<DialogValues>
{
    public override DialogValues Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        if (document.RootElement.ValueKind is not JsonValueKind.Object)
        {
            throw new JsonException("The values of a dialog are a JSON object.");
        }

        var values = new DialogValues();
        foreach (var member in document.RootElement.EnumerateObject().Where(member => member.Value.ValueKind is not JsonValueKind.Null))
        {
            values.Set(member.Name, member.Value.Clone());
        }

        return values;
    }

    public override void Write(Utf8JsonWriter writer, DialogValues value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, kept) in value.Stored)
        {
            writer.WritePropertyName(name);
            JsonSerializer.Serialize(writer, kept, kept.GetType(), options);
        }

        writer.WriteEndObject();
    }
}
