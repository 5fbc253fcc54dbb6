using System.Text.Json;

namespace Everturn.Activities;

/// <summary>Somebody who is named in a message. Source: Activity protocol, entity <c>mention</c>.</summary>
/// <param name="Mentioned">Who.</param>
/// <param name="Text">How the text names him, for instance <c>&lt;at&gt;Ada&lt;/at&gt;</c>; null when the entity does not say.</param>
public sealed record Mention(ChannelAccount Mentioned, string? Text)
{
    /// <summary>The type of such entities.</summary>
    public const string EntityType = "mention";

    /// <summary>The mention as an entity. The text of the message must hold <see cref="Text"/> as well.</summary>
    public Entity ToEntity()
    {
        var properties = new Dictionary<string, JsonElement>(StringComparer.Ordinal)
        {
            ["mentioned"] = Mentioned.AsJson(ActivityJsonContext.Default.ChannelAccount),
        };
        if (Text is not null)
        {
            properties["text"] = Text.AsJson();
        }

        return new() { Type = EntityType, Properties = properties };
    }

    /// <summary>The mention in an entity; null when it is none, or says not whom.</summary>
    public static Mention? Of(Entity entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        if (entity is not { Type: EntityType, Properties: { } properties }
            || !properties.TryGetValue("mentioned", out var mentioned) || mentioned.ValueKind is not JsonValueKind.Object)
        {
            return null;
        }

        try
        {
            var text = properties.TryGetValue("text", out var words) && words.ValueKind is JsonValueKind.String ? words.GetString() : null;
            return new(mentioned.Deserialize(ActivityJsonContext.Default.ChannelAccount)!, text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
