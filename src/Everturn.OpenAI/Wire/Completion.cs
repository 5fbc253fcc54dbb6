using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Everturn.OpenAI.Wire;

/// <summary>An answer of the endpoint, or one event of a streamed one: what the client reads of it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Model">Who answered.</param>
/// <param name="Choice">The first choice; null of an event that brings the usage, or nothing that is asked for.</param>
/// <param name="Usage">What it has cost so far.</param>
/// <remarks>https://platform.openai.com/docs/api-reference/chat. What servers differ in is read leniently.</remarks>
internal sealed record Completion(string? Id, string? Model, Choice? Choice, UsageDetails? Usage)
{
    /// <summary>The member of a choice that holds a whole message.</summary>
    public const string Whole = "message";

    /// <summary>The member of a choice that holds the next piece of a streamed message.</summary>
    public const string Piece = "delta";

    /// <summary>Reads an answer or an event.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static Completion Read(JsonElement json, string member)
    {
        if (json.ValueKind is not JsonValueKind.Object) throw new JsonException("It is no object.");
        var choices = json.Member("choices");
        return choices is { ValueKind: not JsonValueKind.Array }
            ? throw new JsonException("Its choices are no array.")
            : new(
                json.Member("id")?.TextOrNumber(),
                json.Member("model")?.Text(),
                choices?.Items().Where(choice => choice.ValueKind is JsonValueKind.Object).Select(choice => ToChoice(choice, member)).FirstOrDefault(),
                json.Member("usage") is { ValueKind: JsonValueKind.Object } usage ? ToUsage(usage) : null);
    }

    private static Choice ToChoice(JsonElement json, string member) => new(
        json.Member(member) is { ValueKind: JsonValueKind.Object } message ? ToMessage(message) : null,
        // Some servers send an empty one until the end.
        json.Member("finish_reason")?.Text() is { } reason && !string.IsNullOrWhiteSpace(reason) ? reason : null);

    private static Message ToMessage(JsonElement json) => new(
        json.Member("content") is { } content ? TextOf(content) : "",
        json.Member("reasoning_content")?.Piece() ?? "",
        json.Member("refusal")?.Text() ?? "",
        [.. (json.Member("tool_calls")?.Items() ?? []).Where(call => call.ValueKind is JsonValueKind.Object).Select(ToToolCall)]);

    // A string, or parts of which some are text, and others thoughts.
    private static string TextOf(JsonElement content) => content.ValueKind switch
    {
        JsonValueKind.String => content.Piece()!,
        JsonValueKind.Array => string.Concat(content.Items().Select(part => part.Piece() ?? part.Member("text")?.Piece())),
        _ => throw new JsonException("Its content is no text."),
    };

    private static ToolCall ToToolCall(JsonElement json)
    {
        var function = json.Member("function");
        var arguments = function?.Member("arguments");
        return new(
            json.Member("index")?.Count(),
            json.Member("id")?.TextOrNumber() ?? "",
            function?.Member("name")?.Text() ?? "",
            arguments is null ? "" : arguments.Value.Piece() ?? arguments.Value.GetRawText(),
            json.Member("extra_content") is { ValueKind: JsonValueKind.Object } extra ? extra.Clone() : null);
    }

    private static UsageDetails ToUsage(JsonElement json) => new()
    {
        InputTokenCount = json.Member("prompt_tokens")?.Count(),
        OutputTokenCount = json.Member("completion_tokens")?.Count(),
        TotalTokenCount = json.Member("total_tokens")?.Count(),
        CachedInputTokenCount = json.Member("prompt_tokens_details")?.Member("cached_tokens")?.Count(),
        ReasoningTokenCount = json.Member("completion_tokens_details")?.Member("reasoning_tokens")?.Count(),
    };
}

/// <param name="Message">The message, or a piece of it.</param>
/// <param name="FinishReason">Why it ends; null while it does not.</param>
internal sealed record Choice(Message? Message, string? FinishReason);

/// <param name="Content">What is said; in a stream, a piece that may end within a character. Empty for none, as the others.</param>
/// <param name="Reasoning">What is thought, in pieces likewise.</param>
/// <param name="Refusal">Why nothing is said.</param>
/// <param name="ToolCalls">The calls, or pieces of them.</param>
internal sealed record Message(string Content, string Reasoning, string Refusal, IReadOnlyList<ToolCall> ToolCalls);

/// <param name="Index">Its place among the calls; null when the server sends none.</param>
/// <param name="Id">Its id; empty for none.</param>
/// <param name="Name">The function's name; empty for none.</param>
/// <param name="Arguments">JSON, or a piece of it. Some servers send an object instead of a string.</param>
/// <param name="Extra">What some servers (Gemini's) want back with the call, unchanged.</param>
internal sealed record ToolCall(long? Index, string Id, string Name, string Arguments, JsonElement? Extra);
