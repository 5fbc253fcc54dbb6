using System.Buffers;
using System.Text.Json;

namespace Everturn.Activities;

/// <summary>Which part of which streamed message an activity is.</summary>
/// <remarks>
/// It stands in the activity twice, since clients differ: as an entity <c>streaminfo</c> (Teams) and in <c>channelData</c> (Web Chat).
/// Source: Activity protocol, "streaminfo"; Web Chat, "Livestreaming"; Teams, "Stream bot messages".
/// </remarks>
/// <param name="StreamId">The id that the channel gave the stream's first activity; null in that one.</param>
/// <param name="Sequence">From 1, higher in each later part; null in the final message.</param>
/// <param name="Type">See <see cref="StreamTypes"/>.</param>
public sealed record StreamInfo(string? StreamId, long? Sequence, string Type)
{
    private const string EntityType = "streaminfo";

    /// <summary>What an activity says of itself; null when it is no part of a stream.</summary>
    public static StreamInfo? Of(Activity activity)
    {
        ArgumentNullException.ThrowIfNull(activity);
        var properties = activity.Entities?.FindLast(IsStreamInfo)?.Properties;
        return properties is not null && Text("streamType") is { } type ? new(Text("streamId"), Number("streamSequence"), type) : null;

        string? Text(string name) =>
            properties.TryGetValue(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

        long? Number(string name) =>
            properties.TryGetValue(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;
    }

    /// <summary>Writes it into an activity, in place of what stood there. Channel data that is no object stays as it is.</summary>
    public void ApplyTo(Activity activity)
    {
        RemoveFrom(activity);
        var members = Members();
        (activity.Entities ??= []).Add(new Entity { Type = EntityType, Properties = members });
        activity.ChannelData = Changed(activity.ChannelData, members);
    }

    /// <summary>Makes an activity one that is no part of a stream.</summary>
    public static void RemoveFrom(Activity activity)
    {
        ArgumentNullException.ThrowIfNull(activity);
        if (activity.Entities?.RemoveAll(IsStreamInfo) > 0)
        {
            activity.Entities = activity.Entities is [] ? null : activity.Entities;
            activity.ChannelData = Changed(activity.ChannelData, []);
        }
    }

    private static bool IsStreamInfo(Entity entity) => string.Equals(entity.Type, EntityType, StringComparison.OrdinalIgnoreCase);

    private static bool IsOwn(string name) => name is "streamId" or "streamSequence" or "streamType";

    private Dictionary<string, JsonElement> Members()
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (StreamId is not null)
        {
            members.Add("streamId", StreamId.AsJson());
        }

        if (Sequence is { } sequence)
        {
            members.Add("streamSequence", JsonElement.Parse($"{sequence}"));
        }

        members.Add("streamType", Type.AsJson());
        return members;
    }

    // The bot's own members keep their bytes.
    private static JsonElement? Changed(JsonElement? channelData, Dictionary<string, JsonElement> members)
    {
        if (channelData is { ValueKind: not JsonValueKind.Object })
        {
            return channelData;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var member in channelData?.EnumerateObject().Where(member => !IsOwn(member.Name)) ?? [])
            {
                member.WriteTo(json);
            }

            foreach (var (name, value) in members)
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenCount > 2 ? JsonElement.Parse(buffer.WrittenSpan) : null;
    }
}
