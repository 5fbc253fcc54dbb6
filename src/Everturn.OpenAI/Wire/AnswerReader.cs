using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Everturn.OpenAI.Wire;

/// <summary>Reads the endpoint's answers.</summary>
internal sealed class AnswerReader(string endpoint, string? key)
{
    private const string Done = "[DONE]";

    /// <summary>An answer in one piece.</summary>
    public async Task<ChatResponse> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        Completion completion;
        try
        {
            using var json = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
            completion = Read(json.RootElement, Completion.Whole);
        }
        catch (JsonException exception)
        {
            throw Failures.Malformed(endpoint, $"it is no chat completion ({exception.Message})", exception);
        }

        if (completion.Choice is not { Message: { } message } choice)
        {
            throw Failures.Malformed(endpoint, "it has no choice with a message");
        }

        var calls = new ToolCallAssembly();
        calls.Add(message.ToolCalls.Select((call, at) => call with { Index = at }));
        AIContent[] contents = [.. ContentsOf(Lenient.Whole(message.Reasoning), Lenient.Whole(message.Content), message.Refusal), .. calls.ToContents(completion.Id)];
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, contents) { MessageId = completion.Id })
        {
            ResponseId = completion.Id,
            ModelId = completion.Model,
            FinishReason = ReasonOf(choice.FinishReason),
            Usage = completion.Usage,
        };
    }

    /// <summary>
    /// An answer as a stream of server-sent events: text as it comes, then one update with the tool calls, each whole, the usage and the reason
    /// of the end. A stream that ends with neither a reason nor <c>[DONE]</c> was cut.
    /// </summary>
    public async IAsyncEnumerable<ChatResponseUpdate> ReadStreamAsync(LimitedStream body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var calls = new ToolCallAssembly();
        var (thought, said) = (new PiecedText(), new PiecedText());
        var hasBegun = false;
        string? id = null, model = null, reason = null;
        UsageDetails? usage = null;
        await foreach (var sent in ServerSentEvents.ReadAsync(body, cancellationToken))
        {
            if (sent.Data is Done)
            {
                body.HasEnded |= hasBegun;
                break;
            }

            if (Read(sent, body.HasEnded) is not { } completion)
            {
                continue;
            }

            id ??= completion.Id;
            model = completion.Model ?? model;
            // Some servers send it with every piece, each time all of it.
            usage = completion.Usage ?? usage;
            reason = completion.Choice?.FinishReason ?? reason;
            hasBegun |= completion.Choice is not null;
            body.HasEnded |= reason is not null;
            if (completion.Choice?.Message is { } message)
            {
                calls.Add(message.ToolCalls);
                if (ContentsOf(thought.Add(message.Reasoning), said.Add(message.Content), message.Refusal) is { Count: > 0 } contents) yield return Update(contents);
            }
        }

        if (!body.HasEnded)
        {
            throw Failures.Cut(endpoint);
        }

        var last = Update([.. ContentsOf(thought.End(), said.End(), ""), .. calls.ToContents(id)]);
        if (usage is not null) last.Contents.Add(new UsageContent(usage));
        last.FinishReason = ReasonOf(reason);
        yield return last;

        ChatResponseUpdate Update(List<AIContent> contents) => new(ChatRole.Assistant, contents) { ResponseId = id, MessageId = id, ModelId = model };
    }

    // After the end of the answer only its usage is waited for, so nothing can be wrong with it any more.
    private Completion? Read(ServerSentEvent sent, bool hasEnded)
    {
        try
        {
            using var json = JsonDocument.Parse(sent.Data);
            return Read(json.RootElement, Completion.Piece);
        }
        catch (Exception exception) when (hasEnded && exception is JsonException or ChatCompletionsException)
        {
            return null;
        }
        catch (JsonException exception)
        {
            throw sent.IsClosed
                ? Failures.Malformed(endpoint, $"an event of the stream is no chat completion ({exception.Message})", exception)
                : Failures.Cut(endpoint, exception);
        }
    }

    // Some servers report a failure with the status of success, as an object of its own; in a stream, as an event.
    private Completion Read(JsonElement json, string member) => json.Member("error") is not null || json.Member("object")?.Text() is "error"
        ? throw Failures.Broken(endpoint, ErrorBody.Of(json, key).Said)
        : Completion.Read(json, member);

    private static List<AIContent> ContentsOf(string thought, string said, string refusal)
    {
        var contents = new List<AIContent>();
        if (thought.Length > 0) contents.Add(new TextReasoningContent(thought));
        if (said.Length > 0) contents.Add(new TextContent(said));
        if (refusal.Length > 0) contents.Add(new ErrorContent(refusal) { ErrorCode = "Refusal" });
        return contents;
    }

    private static ChatFinishReason? ReasonOf(string? reason) => reason switch
    {
        null => null,
        // What came before tool calls.
        "function_call" => ChatFinishReason.ToolCalls,
        _ => new ChatFinishReason(reason),
    };
}
