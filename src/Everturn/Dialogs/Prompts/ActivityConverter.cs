using System.Text.Json;
using System.Text.Json.Serialization;
using Everturn.Activities;

namespace Everturn.Dialogs.Prompts;

/// <summary>Keeps activities as short as the protocol writes them.</summary>
internal sealed class ActivityConverter : JsonConverter<Activity>
{
    public override Activity? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize(ref reader, ActivityJsonContext.Default.Activity);

    public override void Write(Utf8JsonWriter writer, Activity value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, ActivityJsonContext.Default.Activity);
}
