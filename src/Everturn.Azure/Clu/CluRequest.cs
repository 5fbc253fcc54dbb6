using System.Buffers;
using System.Text.Json;

namespace Everturn.Azure.Clu;

/// <summary>Writes requests. Source: Azure AI Language, analyze-conversations, API version 2023-04-01.</summary>
internal static class CluRequest
{
    public const string Path = "/language/:analyze-conversations?api-version=2023-04-01";

    public static byte[] Write(string text, string? locale, string project, string deployment)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("kind", "Conversation");
            json.WriteStartObject("analysisInput");
            json.WriteStartObject("conversationItem");
            json.WriteString("id", "1");
            json.WriteString("participantId", "user");
            json.WriteString("text", text);
            if (CluLanguage.Of(locale) is { } language) json.WriteString("language", language);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteStartObject("parameters");
            json.WriteString("projectName", project);
            json.WriteString("deploymentName", deployment);
            json.WriteBoolean("verbose", true);
            // What indexes a .NET string.
            json.WriteString("stringIndexType", "Utf16CodeUnit");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
