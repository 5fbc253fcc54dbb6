using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace AgentBot.Agents;

/// <summary>
/// A stand-in for a language model, so that the sample runs without one: it follows a <see cref="Script"/>, thinks for a moment before each
/// answer, and speaks word by word. The same conversation gets the same answer, always.
/// </summary>
internal sealed class ScriptedModel(AgentOptions options, TimeProvider time) : IChatClient
{
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? chatOptions = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Delay(options.ThinkTime, time, cancellationToken);
        switch (Script.Next([.. messages]))
        {
            case FunctionCallContent call when chatOptions?.ToolMode is not NoneChatToolMode:
                yield return new(ChatRole.Assistant, [call]) { FinishReason = ChatFinishReason.ToolCalls };
                break;
            case TextContent { Text: var text }:
                foreach (var word in text.Split(' '))
                {
                    await Task.Delay(options.WordDelay, time, cancellationToken);
                    yield return new(ChatRole.Assistant, word + " ");
                }

                yield return new() { FinishReason = ChatFinishReason.Stop };
                break;
        }
    }

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? chatOptions = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, chatOptions, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }
}
