using System.Text.Json;
using System.Text.Json.Serialization;

namespace Everturn.Activities;

/// <summary>A card or a file. Source: Activity protocol, "Attachment".</summary>
public sealed class Attachment
{
    /// <summary>The largest file that travels within an activity, in bytes. As a data URL it becomes a third larger.</summary>
    public const int MaxInlineBytes = 128 * 1024;

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

    /// <summary>A file that travels within the activity, as a data URL.</summary>
    /// <param name="content">Its bytes, at most <see cref="MaxInlineBytes"/>.</param>
    /// <param name="contentType">Its media type, for instance <c>image/png</c>.</param>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentException">It is too large (ET1052), or the media type is none (ET1053).</exception>
    public static Attachment OfFile(ReadOnlyMemory<byte> content, string contentType, string? name = null)
    {
        ThrowIfNoMediaType(contentType);
        return content.Length <= MaxInlineBytes
            ? new() { ContentType = contentType, ContentUrl = $"data:{contentType};base64,{Convert.ToBase64String(content.Span)}", Name = name }
            : throw new ArgumentException(
                $"ET1052: the file has {content.Length} bytes; at most {MaxInlineBytes} travel within an activity. Put it where the user can fetch it, and attach its URL.", nameof(content));
    }

    /// <summary>A file that the client fetches.</summary>
    /// <param name="url">Where it is: absolute, http or https.</param>
    /// <param name="contentType">Its media type, for instance <c>application/pdf</c>.</param>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentException">The URL or the media type is none (ET1053).</exception>
    public static Attachment OfUrl(Uri url, string contentType, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(url);
        ThrowIfNoMediaType(contentType);
        return url is { IsAbsoluteUri: true, Scheme: "http" or "https" }
            ? new() { ContentType = contentType, ContentUrl = url.AbsoluteUri, Name = name }
            : throw new ArgumentException($"ET1053: '{url}' is no absolute URL of http or https, so no client could fetch it.", nameof(url));
    }

    // Type and subtype, RFC 6838; what could end the first part of a data URL is not in them.
    private static void ThrowIfNoMediaType(string contentType)
    {
        var parts = contentType?.Split('/') ?? [];
        if (parts.Length != 2 || !Array.TrueForAll(parts, part => part.Length is > 0 and <= 127 && part.All(c => char.IsAsciiLetterOrDigit(c) || "!#$&-^_.+".Contains(c, StringComparison.Ordinal))))
        {
            throw new ArgumentException($"ET1053: '{contentType}' is no media type such as image/png.", nameof(contentType));
        }
    }
}
