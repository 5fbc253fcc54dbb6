using System.Text.Json;
using System.Text.Json.Serialization;

namespace Everturn.OpenAI.Wire;

/// <summary>An answer of the endpoint, or one event of a streamed one: what the client reads of it.</summary>
/// <remarks>https://platform.openai.com/docs/api-reference/chat. What servers differ in is read leniently.</remarks>
internal sealed record Completion
{
    public string? Id { get; init; }

    public string? Model { get; init; }

    public List<Choice>? Choices { get; init; }

    public Usage? Usage { get; init; }

    /// <summary>Some servers report a failure in the midst of a stream as an event of its own.</summary>
    public JsonElement? Error { get; init; }
}

internal sealed record Choice
{
    public Message? Message { get; init; }

    /// <summary>The next piece of a streamed message.</summary>
    public Message? Delta { get; init; }

    public string? FinishReason { get; init; }
}

internal sealed record Message
{
    public string? Role { get; init; }

    public string? Content { get; init; }

    public string? Refusal { get; init; }

    public JsonElement? ReasoningContent { get; init; }

    public List<ToolCall>? ToolCalls { get; init; }
}

internal sealed record ToolCall
{
    public int? Index { get; init; }

    public string? Id { get; init; }

    public FunctionCall? Function { get; init; }

    /// <summary>What some servers (Gemini's) want back with the call, unchanged.</summary>
    public JsonElement? ExtraContent { get; init; }
}

internal sealed record FunctionCall
{
    public string? Name { get; init; }

    /// <summary>JSON in a string, or a piece of it; some servers send an object instead.</summary>
    public JsonElement? Arguments { get; init; }
}

internal sealed record Usage
{
    public long? PromptTokens { get; init; }

    public long? CompletionTokens { get; init; }

    public long? TotalTokens { get; init; }

    public UsageOfPrompt? PromptTokensDetails { get; init; }

    public UsageOfCompletion? CompletionTokensDetails { get; init; }
}

internal sealed record UsageOfPrompt(long? CachedTokens);

internal sealed record UsageOfCompletion(long? ReasoningTokens);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Completion))]
internal sealed partial class CompletionJson : JsonSerializerContext;
