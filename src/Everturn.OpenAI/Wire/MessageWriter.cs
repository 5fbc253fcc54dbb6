using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Everturn.OpenAI.Wire;

/// <summary>Writes a conversation as the endpoint's messages.</summary>
internal static class MessageWriter
{
    /// <summary>How values of .NET become JSON: as everywhere in Microsoft.Extensions.AI, without the white space.</summary>
    public static readonly JsonSerializerOptions Values = new(AIJsonUtilities.DefaultOptions) { WriteIndented = false };

    public static void Write(Utf8JsonWriter json, IEnumerable<ChatMessage> messages, string? instructions, bool sendReasoning)
    {
        if (!string.IsNullOrEmpty(instructions))
        {
            json.WriteStartObject();
            json.WriteString("role", "system");
            json.WriteString("content", instructions);
            json.WriteEndObject();
        }

        foreach (var message in messages)
        {
            Write(json, message, sendReasoning);
        }
    }

    private static void Write(Utf8JsonWriter json, ChatMessage message, bool sendReasoning)
    {
        // The protocol has a message of its own for each result of a tool.
        foreach (var result in message.Contents.OfType<FunctionResultContent>())
        {
            json.WriteStartObject();
            json.WriteString("role", "tool");
            json.WriteString("tool_call_id", result.CallId);
            json.WriteString("content", TextOf(result));
            json.WriteEndObject();
        }

        // Usage and reasoning are what the endpoint has told, not what it is told, with one exception below.
        var said = message.Contents.Where(content => content is not (FunctionResultContent or UsageContent or TextReasoningContent)).ToArray();
        if (said.Length == 0)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteString("role", message.Role.Value);
        if (message.AuthorName is { Length: > 0 } name) json.WriteString("name", name);
        WriteContent(json, said);
        var calls = said.OfType<FunctionCallContent>().ToArray();
        if (sendReasoning && calls.Length > 0)
        {
            json.WriteString("reasoning_content", string.Concat(message.Contents.OfType<TextReasoningContent>().Select(thought => thought.Text)));
        }

        WriteCalls(json, calls);
        json.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter json, AIContent[] said)
    {
        var parts = said.Where(content => content is not FunctionCallContent).ToArray();
        if (Array.TrueForAll(parts, part => part is TextContent or ErrorContent))
        {
            if (parts.Length > 0) json.WriteString("content", string.Concat(parts.Select(TextOf)));
            else json.WriteNull("content");
            return;
        }

        json.WriteStartArray("content");
        foreach (var part in parts)
        {
            json.WriteStartObject();
            if (AddressOf(part) is { } address)
            {
                json.WriteString("type", "image_url");
                json.WriteStartObject("image_url");
                json.WriteString("url", address);
                json.WriteEndObject();
            }
            else
            {
                json.WriteString("type", "text");
                json.WriteString("text", TextOf(part));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteCalls(Utf8JsonWriter json, FunctionCallContent[] calls)
    {
        if (calls.Length == 0)
        {
            return;
        }

        json.WriteStartArray("tool_calls");
        foreach (var call in calls)
        {
            json.WriteStartObject();
            json.WriteString("id", call.CallId);
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", call.Name);
            // Arguments that were no JSON are left out: servers that read them would refuse the whole conversation.
            json.WriteString("arguments", call.Arguments is null ? "{}" : JsonSerializer.Serialize(call.Arguments, Values));
            json.WriteEndObject();
            if (call.AdditionalProperties?.TryGetValue(ToolCallAssembly.Extra, out JsonElement extra) is true)
            {
                json.WritePropertyName(ToolCallAssembly.Extra);
                extra.WriteTo(json);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string? AddressOf(AIContent part) => part switch
    {
        DataContent data when data.HasTopLevelMediaType("image") => data.Uri,
        UriContent uri when uri.HasTopLevelMediaType("image") => uri.Uri.AbsoluteUri,
        _ => null,
    };

    private static string TextOf(AIContent content) => content switch
    {
        TextContent text => text.Text,
        ErrorContent error => error.Message,
        _ => throw Failures.Unsupported($"a message's content of the kind {content.GetType().Name}"),
    };

    private static string TextOf(FunctionResultContent result) => result switch
    {
        { Result: string text } => text,
        { Result: null, Exception: { } exception } => $"Error: {exception.Message}",
        { Result: { } value } => JsonSerializer.Serialize(value, Values),
        _ => "",
    };
}
