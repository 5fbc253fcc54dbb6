using System.Text.Json;
using System.Text.Json.Serialization;

namespace Everturn.Activities;

/// <summary>A card with one small picture beside its words, and buttons. Source: Bot Framework cards, "Thumbnail card".</summary>
public sealed class ThumbnailCard
{
    /// <summary>The media type of such attachments.</summary>
    public const string ContentType = "application/vnd.microsoft.card.thumbnail";

    /// <summary>The heading.</summary>
    public string? Title { get; set; }

    /// <summary>The line below the heading.</summary>
    public string? Subtitle { get; set; }

    /// <summary>The words.</summary>
    public string? Text { get; set; }

    /// <summary>The picture; clients show the first.</summary>
    public List<CardImage>? Images { get; set; }

    /// <summary>The buttons.</summary>
    public List<CardAction>? Buttons { get; set; }

    /// <summary>What pressing the card does.</summary>
    public CardAction? Tap { get; set; }

    /// <summary>Members that this type does not name; they survive a round trip unchanged.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Properties { get; set; }

    /// <summary>The card as an attachment.</summary>
    public Attachment ToAttachment() => new() { ContentType = ContentType, Content = this.AsJson(ActivityJsonContext.Default.ThumbnailCard) };

    /// <summary>The card in an attachment; null when it holds another kind of content.</summary>
    /// <exception cref="JsonException">The content is no such card.</exception>
    public static ThumbnailCard? Of(Attachment attachment)
    {
        ArgumentNullException.ThrowIfNull(attachment);
        return attachment is { ContentType: ContentType, Content: { } content } ? content.Deserialize(ActivityJsonContext.Default.ThumbnailCard) : null;
    }
}
