using System.Text.Json;

namespace Everturn.Activities;

/// <summary>Attaches Adaptive Cards. Source: adaptivecards.io, "AdaptiveCard".</summary>
public static class AdaptiveCard
{
    /// <summary>The media type of such attachments.</summary>
    public const string ContentType = "application/vnd.microsoft.card.adaptive";

    /// <summary>A card from JSON text, as the designer writes it.</summary>
    /// <exception cref="ArgumentException">It is no JSON, or no Adaptive Card (ET1051).</exception>
    public static Attachment FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            return FromJson(JsonElement.Parse(json));
        }
        catch (JsonException exception)
        {
            throw new ArgumentException($"ET1051: the text is no JSON: {exception.Message}", nameof(json), exception);
        }
    }

    /// <summary>A card from JSON. What it says beyond its type is the clients' affair.</summary>
    /// <exception cref="ArgumentException">It is no Adaptive Card (ET1051).</exception>
    public static Attachment FromJson(JsonElement card) =>
        card.ValueKind is JsonValueKind.Object && card.TryGetProperty("type", out var type) && type.ValueKind is JsonValueKind.String && type.ValueEquals("AdaptiveCard")
            ? new() { ContentType = ContentType, Content = card.Clone() }
            : throw new ArgumentException("ET1051: an Adaptive Card is a JSON object whose type is \"AdaptiveCard\".", nameof(card));
}
