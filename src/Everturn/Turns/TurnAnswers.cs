using System.Buffers;
using System.Text.Json;
using Everturn.Activities;

namespace Everturn.Turns;

/// <summary>Makes the HTTP answers of invoke and expectReplies activities. Source: Activity protocol, "Delivery mode" and "Invoke".</summary>
internal static class TurnAnswers
{
    private const int NotImplemented = 501;

    /// <summary>The answer; null for an activity whose replies go over the channel and that asks for none.</summary>
    /// <param name="inbound">What was received.</param>
    /// <param name="invoke">What the bot answered an invoke; null when it did not.</param>
    /// <param name="replies">The replies that go into the answer, as JSON; null when they go over the channel.</param>
    public static TurnAnswer? Of(Activity inbound, InvokeResponse? invoke, IReadOnlyList<byte[]>? replies)
    {
        var isInvoke = inbound.Type == ActivityTypes.Invoke;
        if (replies is null)
        {
            return isInvoke ? new(invoke?.Status ?? NotImplemented, ToBytes(invoke?.Body)) : null;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("activities"u8);
            foreach (var reply in replies)
            {
                json.WriteRawValue(reply, skipInputValidation: true);
            }

            json.WriteEndArray();
            if (isInvoke && invoke?.Body is { } body)
            {
                json.WritePropertyName("body"u8);
                body.WriteTo(json);
            }

            json.WriteEndObject();
        }

        return new(isInvoke ? invoke?.Status ?? NotImplemented : 200, buffer.WrittenMemory.ToArray());
    }

    private static ReadOnlyMemory<byte> ToBytes(JsonElement? body) =>
        body is { } value ? JsonSerializer.SerializeToUtf8Bytes(value, ActivityJsonContext.Default.JsonElement) : default;
}
