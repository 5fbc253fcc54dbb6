using Microsoft.Extensions.AI;

namespace Everturn.OpenAI.Tests;

/// <summary>A client of a played endpoint, for one test.</summary>
internal sealed class Talking : IAsyncDisposable
{
    private Talking(PlayedEndpoint endpoint, ChatCompletionsClient client) => (Endpoint, Client) = (endpoint, client);

    public PlayedEndpoint Endpoint { get; }

    public ChatCompletionsClient Client { get; }

    public static async Task<Talking> StartAsync(Action<ChatCompletionsOptions>? configure = null)
    {
        var endpoint = await PlayedEndpoint.StartAsync();
        var options = new ChatCompletionsOptions { Endpoint = endpoint.Url, Model = "played", Key = "sk-secret", MaxRetries = 0 };
        configure?.Invoke(options);
        return new(endpoint, new ChatCompletionsClient(options));
    }

    public Task<ChatResponse> AskAsync(ChatOptions? options = null) =>
        Client.GetResponseAsync([new ChatMessage(ChatRole.User, "hello")], options, TestContext.Current.CancellationToken);

    public async Task<IReadOnlyList<ChatResponseUpdate>> StreamAsync(ChatOptions? options = null)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in Client.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "hello")], options, TestContext.Current.CancellationToken))
        {
            updates.Add(update);
        }

        return updates;
    }

    public async Task<ChatCompletionsException> FailAsync(bool stream = false) =>
        await Assert.ThrowsAsync<ChatCompletionsException>(async () =>
        {
            if (stream) await StreamAsync();
            else await AskAsync();
        });

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Endpoint.DisposeAsync();
    }
}
