using System.Buffers;
using System.Text;
using System.Text.Json;
using Everturn.Activities;
using Everturn.DirectLine.Json;

namespace Everturn.DirectLine.Files;

/// <summary>Puts the addresses of uploaded files into an activity.</summary>
internal static class FileAttachments
{
    /// <summary>
    /// Completes attachments that stand for the files: those of the same name without content. A file without such a
    /// place gets one at the end.
    /// </summary>
    /// <param name="activity">The activity's JSON.</param>
    /// <param name="files">The files with their URLs, in order.</param>
    /// <exception cref="JsonException">It is not a JSON object, or its attachments are no array of objects.</exception>
    public static byte[] AddTo(ReadOnlyMemory<byte> activity, IReadOnlyList<(StoredFile File, string Url)> files)
    {
        using var document = JsonDocument.Parse(activity);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("An activity is an object.");
        }

        var left = files.ToList();
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartArray();
            if (document.RootElement.TryGetProperty("attachments", out var attachments) && attachments.ValueKind != JsonValueKind.Null)
            {
                foreach (var attachment in Elements(attachments))
                {
                    writer.WriteRawValue(Complete(attachment, left), skipInputValidation: true);
                }
            }

            foreach (var (file, url) in left)
            {
                writer.WriteStartObject();
                writer.WriteString("contentType", file.ContentType);
                writer.WriteString("contentUrl", url);
                writer.WriteString("name", file.Name);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        return RawJson.Patch(activity.Span, JsonEdit.SetRaw("attachments", output.WrittenMemory));
    }

    /// <summary>The ids of a conversation's files to which an activity points.</summary>
    public static IEnumerable<string> IdsIn(Activity activity, string conversation)
    {
        var path = $"/attachments/{conversation}/";
        foreach (var url in (activity.Attachments ?? []).Select(attachment => attachment.ContentUrl ?? ""))
        {
            var at = url.IndexOf(path, StringComparison.Ordinal);
            if (at >= 0)
            {
                // Clients write what they like.
                var id = url[(at + path.Length)..].Split('?')[0];
                if (FileStore.IsId(id))
                {
                    yield return id;
                }
            }
        }
    }

    private static JsonElement.ArrayEnumerator Elements(JsonElement attachments) =>
        attachments.ValueKind == JsonValueKind.Array && attachments.EnumerateArray().All(element => element.ValueKind == JsonValueKind.Object)
            ? attachments.EnumerateArray()
            : throw new JsonException("The attachments are no array of objects.");

    private static byte[] Complete(JsonElement attachment, List<(StoredFile File, string Url)> left)
    {
        var json = Encoding.UTF8.GetBytes(attachment.GetRawText());
        if (attachment.TryGetProperty("content", out _) || attachment.TryGetProperty("contentUrl", out _))
        {
            return json;
        }

        var name = attachment.TryGetProperty("name", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        var at = left.FindIndex(candidate => candidate.File.Name == name);
        if (at < 0)
        {
            return json;
        }

        var url = left[at].Url;
        left.RemoveAt(at);
        return RawJson.Patch(json, JsonEdit.Set("contentUrl", url));
    }
}
