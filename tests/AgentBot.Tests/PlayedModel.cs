using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace AgentBot.Tests;

/// <summary>A model whose answers the test decides.</summary>
/// <param name="answer">What it answers to its n-th call, from 1.</param>
internal sealed class PlayedModel(Func<int, CancellationToken, Task<ChatMessage>> answer) : IChatClient
{
    private readonly ConcurrentQueue<(IReadOnlyList<ChatMessage> Messages, ChatOptions Options)> _calls = new();

    public PlayedModel(params IEnumerable<ChatMessage> answers)
        : this((number, _) => Task.FromResult(answers.ElementAt(number - 1)))
    {
    }

    public IReadOnlyList<(IReadOnlyList<ChatMessage> Messages, ChatOptions Options)> Calls => [.. _calls];

    /// <summary>What the last call said of the tools' results.</summary>
    public IReadOnlyList<string> Results =>
        [.. Calls[^1].Messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().Select(result => (string)result.Result!)];

    public ChatFinishReason Reason { get; init; } = ChatFinishReason.Stop;

    public static ChatMessage Say(string text) => new(ChatRole.Assistant, text);

    public static ChatMessage Call(params (string Tool, object? Arguments)[] calls) => new(
        ChatRole.Assistant,
        [.. calls.Select((call, at) => new FunctionCallContent($"id-{at}", call.Tool, call.Arguments?.GetType().GetProperties().ToDictionary(
            property => property.Name, property => property.GetValue(call.Arguments), StringComparer.Ordinal)))]);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        _calls.Enqueue(([.. messages], options!));
        var message = await answer(_calls.Count, cancellationToken);
        yield return new(message.Role, message.Contents) { FinishReason = Reason };
    }

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
