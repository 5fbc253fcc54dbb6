using System.Text.Json;
using System.Text.Json.Serialization;

namespace Everturn.Activities;

/// <summary>Reads and writes activities as JSON. Unknown members survive at every level.</summary>
public static class ActivityJson
{
    /// <summary>The deepest nesting that is read. A constant of the protocol's own documents is far below.</summary>
    public const int MaxDepth = 64;

    /// <summary>Reads an activity from UTF-8 JSON.</summary>
    /// <exception cref="JsonException">It is not a JSON object, nests deeper than <see cref="MaxDepth"/>, repeats a member, or a member has another kind than the protocol's.</exception>
    public static Activity Read(ReadOnlySpan<byte> utf8Json) =>
        JsonSerializer.Deserialize(utf8Json, ActivityJsonContext.Default.Activity)
        ?? throw new JsonException("An activity is a JSON object; found null.");

    /// <summary>Writes an activity as UTF-8 JSON; members that are null are left out.</summary>
    public static byte[] Write(Activity activity) =>
        JsonSerializer.SerializeToUtf8Bytes(activity, ActivityJsonContext.Default.Activity);
}

/// <summary>The protocol's types for System.Text.Json, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false,
    MaxDepth = ActivityJson.MaxDepth)]
[JsonSerializable(typeof(Activity))]
[JsonSerializable(typeof(List<Activity>))]
[JsonSerializable(typeof(ConversationReference))]
[JsonSerializable(typeof(ChannelAccount))]
public sealed partial class ActivityJsonContext : JsonSerializerContext;
