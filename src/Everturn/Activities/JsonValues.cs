using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Everturn.Activities;

/// <summary>Makes JSON values for members such as <see cref="Activity.Value"/> and <see cref="Activity.ChannelData"/>.</summary>
public static class JsonValues
{
    /// <summary>A JSON string.</summary>
    public static JsonElement AsJson(this string text)
    {
        using var document = JsonDocument.Parse($"\"{JsonEncodedText.Encode(text)}\"");
        return document.RootElement.Clone();
    }

    /// <summary>Any object as JSON, by the serializer's generated metadata.</summary>
    public static JsonElement AsJson<T>(this T value, JsonTypeInfo<T> typeInfo) =>
        JsonSerializer.SerializeToElement(value, typeInfo);
}
