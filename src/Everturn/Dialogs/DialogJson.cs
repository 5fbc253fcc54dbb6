using System.Text.Json;

namespace Everturn.Dialogs;

/// <summary>How the values of dialogs become JSON: as the rest of the conversation's state does.</summary>
internal static class DialogJson
{
    public static JsonElement ToElement(object? value) =>
        value is JsonElement element ? element : JsonSerializer.SerializeToElement(value, value?.GetType() ?? typeof(object), JsonSerializerOptions.Web);

    public static T? To<T>(JsonElement element) =>
        typeof(T) == typeof(JsonElement) ? (T)(object)element : element.Deserialize<T>(JsonSerializerOptions.Web);
}
