using System.Text.Json;

namespace Everturn.EndToEnd.Survival;

/// <summary>A user over Direct Line, on one node until it is gone, and then on the next.</summary>
internal sealed class Talk : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly DirectLineClient _client = new();
    private readonly BotNodes _nodes;
    private readonly BotNode _first;
    private int _messages;

    private Talk(BotNodes nodes, BotNode first) => (_nodes, _first) = (nodes, first);

    public string Conversation => _client.Conversation;

    public static async Task<Talk> StartAsync(BotNodes nodes, BotNode first)
    {
        var talk = new Talk(nodes, first);
        await talk._client.StartAsync(first.Url!);
        return talk;
    }

    /// <summary>Says something, and waits until the bot has said all that it must have by then.</summary>
    public async Task SayAsync(string text, int wordsThen)
    {
        var id = $"m{++_messages}";
        for (var attempt = 0; !await _client.TryPostAsync(await UrlAsync(attempt), id, text); attempt++)
        {
            Assert.True(attempt < 100, $"No node has taken '{text}'.\n{_nodes}");
        }

        await WaitForAsync(wordsThen);
    }

    /// <summary>Waits until the bot has said so much.</summary>
    public async Task WaitForAsync(int words)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        var said = await WordsAsync();
        while (said.Count < words)
        {
            try
            {
                await Task.Delay(15, patience.Token);
            }
            catch (OperationCanceledException late)
            {
                throw new TimeoutException($"The bot has said only [{string.Join(" | ", said)}] within {Patience}.\n{_nodes}", late);
            }

            said = await WordsAsync();
        }
    }

    /// <summary>What the bot has said, in order.</summary>
    public async Task<IReadOnlyList<string>> WordsAsync() => [.. (await AllAsync()).Where(activity => !IsOwn(activity)).Select(Text)];

    /// <summary>What the user has said as the conversation shows it.</summary>
    public async Task<IReadOnlyList<string>> OwnWordsAsync() => [.. (await AllAsync()).Where(IsOwn).Select(Text)];

    /// <summary>The node that has said the last.</summary>
    public async Task<string> SpeakerAsync() =>
        (await AllAsync()).Last(activity => !IsOwn(activity)).GetProperty("channelData").GetProperty("everturn").GetProperty("node").GetString()!;

    public void Dispose() => _client.Dispose();

    private static bool IsOwn(JsonElement activity) => activity.GetProperty("from").GetProperty("id").ValueEquals("dl_tester");

    private static string Text(JsonElement activity) => activity.GetProperty("text").GetString()!;

    // Of those that are there now: a message may outlive all that were there when it was first sent.
    private async Task<Uri> UrlAsync(int attempt = 0)
    {
        var urls = (await _nodes.ReadyAsync(1)).OrderByDescending(node => node == _first).Select(node => node.Url).OfType<Uri>().ToArray();
        return urls[attempt % urls.Length];
    }

    private async Task<IEnumerable<JsonElement>> AllAsync()
    {
        while (true)
        {
            try
            {
                return (await _client.ActivitiesAsync(await UrlAsync())).Where(activity => activity.GetProperty("type").ValueEquals("message"));
            }
            catch (HttpRequestException)
            {
                // The node has gone meanwhile.
            }
        }
    }
}
