using System.Text.Json;
using System.Text.Json.Serialization;

namespace Everturn.Activities;

/// <summary>A card or a file. Source: Activity protocol, "Attachment".</summary>
public sealed class Attachment
{
    /// <summary>The media type; cards have one of their own.</summary>
    public string? ContentType { get; set; }

    /// <summary>Where the content is; excludes <see cref="Content"/>.</summary>
    public string? ContentUrl { get; set; }

    /// <summary>The content itself; excludes <see cref="ContentUrl"/>.</summary>
    public JsonElement? Content { get; set; }

    /// <summary>A name to show.</summary>
    public string? Name { get; set; }

    /// <summary>A small picture of the content.</summary>
    public string? ThumbnailUrl { get; set; }

    /// <summary>Members that this type does not name; they survive a round trip unchanged.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Properties { get; set; }
}
