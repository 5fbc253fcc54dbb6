using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Everturn.OpenAI.Wire;

/// <summary>Reads the endpoint's answers.</summary>
internal sealed class AnswerReader(string endpoint, string? key)
{
    /// <summary>An answer in one piece.</summary>
    public async Task<ChatResponse> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        Completion? completion;
        try
        {
            completion = await JsonSerializer.DeserializeAsync(body, CompletionJson.Default.Completion, cancellationToken);
        }
        catch (JsonException exception)
        {
            throw Failures.Malformed(endpoint, $"it is no chat completion ({exception.Message})", exception);
        }

        ThrowIfError(completion);
        if (completion?.Choices is not [{ Message: { } message } choice, ..])
        {
            throw Failures.Malformed(endpoint, "it has no choice with a message");
        }

        var calls = new ToolCallAssembly();
        calls.Add((message.ToolCalls ?? []).Select((call, at) => call with { Index = at }));
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, [.. ContentsOf(message), .. calls.ToContents(completion.Id)]) { MessageId = completion.Id })
        {
            ResponseId = completion.Id,
            ModelId = completion.Model,
            FinishReason = ReasonOf(choice.FinishReason),
            Usage = UsageOf(completion.Usage),
        };
    }

    /// <summary>
    /// An answer as a stream of server-sent events: text as it comes, then the tool calls in one update, each whole, and the usage in
    /// another. A stream that ends without a reason was cut.
    /// </summary>
    public async IAsyncEnumerable<ChatResponseUpdate> ReadStreamAsync(Stream body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var calls = new ToolCallAssembly();
        var hasEnded = false;
        string? id = null;
        await foreach (var item in SseParser.Create(body).EnumerateAsync(cancellationToken))
        {
            if (item.Data is "[DONE]")
            {
                break;
            }

            var completion = Parse(item.Data);
            id ??= completion.Id;
            // An event without a choice brings the usage, or nothing that is asked for.
            var choice = completion.Choices is [var first, ..] ? first : null;
            var contents = choice?.Delta is { } delta ? ContentsOf(delta) : [];
            calls.Add(choice?.Delta?.ToolCalls ?? []);
            if (choice?.FinishReason is not null && !hasEnded)
            {
                hasEnded = true;
                contents.AddRange(calls.ToContents(id));
            }

            if (UsageOf(completion.Usage) is { } usage) contents.Add(new UsageContent(usage));
            if (contents.Count > 0 || choice?.FinishReason is not null)
            {
                yield return new ChatResponseUpdate(ChatRole.Assistant, contents)
                {
                    ResponseId = id,
                    MessageId = id,
                    ModelId = completion.Model,
                    FinishReason = ReasonOf(choice?.FinishReason),
                };
            }
        }

        if (!hasEnded)
        {
            throw Failures.Cut(endpoint);
        }
    }

    private Completion Parse(string data)
    {
        try
        {
            var completion = JsonSerializer.Deserialize(data, CompletionJson.Default.Completion) ?? throw Failures.Malformed(endpoint, "an event of the stream is null");
            ThrowIfError(completion);
            return completion;
        }
        catch (JsonException exception)
        {
            throw Failures.Malformed(endpoint, $"an event of the stream is no chat completion ({exception.Message})", exception);
        }
    }

    private void ThrowIfError(Completion? completion)
    {
        if (completion?.Error is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } error)
        {
            throw Failures.Broken(endpoint, ErrorBody.Of(error, key).Said);
        }
    }

    private static List<AIContent> ContentsOf(Message message)
    {
        var contents = new List<AIContent>();
        if (message.ReasoningContent is { ValueKind: JsonValueKind.String } reasoning && reasoning.GetString() is { Length: > 0 } thought)
        {
            contents.Add(new TextReasoningContent(thought));
        }

        if (message.Content is { Length: > 0 } text) contents.Add(new TextContent(text));
        if (message.Refusal is { Length: > 0 } refusal) contents.Add(new ErrorContent(refusal) { ErrorCode = "Refusal" });
        return contents;
    }

    private static ChatFinishReason? ReasonOf(string? reason) => reason switch
    {
        null => null,
        // What came before tool calls.
        "function_call" => ChatFinishReason.ToolCalls,
        _ => new ChatFinishReason(reason),
    };

    private static UsageDetails? UsageOf(Usage? usage) => usage is null ? null : new()
    {
        InputTokenCount = usage.PromptTokens,
        OutputTokenCount = usage.CompletionTokens,
        TotalTokenCount = usage.TotalTokens,
        CachedInputTokenCount = usage.PromptTokensDetails?.CachedTokens,
        ReasoningTokenCount = usage.CompletionTokensDetails?.ReasoningTokens,
    };
}
