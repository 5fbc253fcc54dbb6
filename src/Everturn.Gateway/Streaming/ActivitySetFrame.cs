using System.Text;
using System.Text.Json;

namespace Everturn.Gateway.Streaming;

/// <summary>What the gateway reads of a frame: <c>{"activities":[...],"watermark":"..."}</c>.</summary>
internal static class ActivitySetFrame
{
    /// <returns>The frame's watermark; null when it has none, and a client would keep its old one too.</returns>
    public static string? ReadWatermark(ReadOnlySpan<byte> frame)
    {
        try
        {
            var reader = new Utf8JsonReader(frame);
            string? watermark = null;
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var found = reader.ValueTextEquals("watermark"u8);
                reader.Read();
                if (found && reader.TokenType == JsonTokenType.String)
                {
                    watermark = reader.GetString();
                }
                else if (found && reader.TokenType == JsonTokenType.Number)
                {
                    watermark = Encoding.UTF8.GetString(reader.ValueSpan);
                }

                reader.Skip();
            }

            return string.IsNullOrEmpty(watermark) ? null : watermark;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
