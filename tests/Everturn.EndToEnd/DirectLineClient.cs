using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Everturn.EndToEnd;

/// <summary>A plain Direct Line client that may talk to any node.</summary>
internal sealed class DirectLineClient : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(15) };

    public string Conversation { get; private set; } = "";

    public async Task StartAsync(Uri node)
    {
        using var generated = await _http.PostAsJsonAsync(new Uri(node, "/v3/directline/tokens/generate"), new { user = new { id = "dl_tester" } });
        var token = await generated.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        Conversation = token.GetProperty("conversationId").GetString()!;
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.GetProperty("token").GetString());
        using var started = await _http.PostAsync(new Uri(node, "/v3/directline/conversations"), null);
        started.EnsureSuccessStatusCode();
    }

    /// <summary>Posts a message and repeats it at the next node, with the same id, until one answers that it has it.</summary>
    public async Task PostAsync(IReadOnlyList<Uri> nodes, int first, string id, string text)
    {
        for (var attempt = 0; !await TryPostAsync(nodes[(first + attempt) % nodes.Count], id, text); attempt++)
        {
            Assert.True(attempt < 100, $"No node has taken '{text}'.");
        }
    }

    /// <summary>Posts a message; whether the node has answered that it has it.</summary>
    public async Task<bool> TryPostAsync(Uri node, string id, string text)
    {
        try
        {
            using var answer = await _http.PostAsJsonAsync(
                new Uri(node, $"/v3/directline/conversations/{Conversation}/activities"),
                new { type = "message", id, from = new { id = "dl_tester" }, text },
                TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is TaskCanceledException && !TestContext.Current.CancellationToken.IsCancellationRequested))
        {
            // The node is gone, or its answer is.
            return false;
        }
    }

    /// <summary>All activities of the conversation as a node shows them.</summary>
    public async Task<IReadOnlyList<JsonElement>> ActivitiesAsync(Uri node)
    {
        var activities = new List<JsonElement>();
        for (var watermark = ""; ;)
        {
            var page = await _http.GetFromJsonAsync<JsonElement>(
                new Uri(node, $"/v3/directline/conversations/{Conversation}/activities?watermark={watermark}"), TestContext.Current.CancellationToken);
            var items = page.GetProperty("activities").EnumerateArray().ToArray();
            if (items.Length == 0)
            {
                return activities;
            }

            activities.AddRange(items);
            watermark = page.GetProperty("watermark").GetString();
        }
    }

    public void Dispose() => _http.Dispose();
}
