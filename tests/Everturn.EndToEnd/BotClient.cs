using System.Net;
using System.Net.Http.Json;

namespace Everturn.EndToEnd;

/// <summary>A channel's way of handing activities to nodes: by POST /api/messages, repeated with the same id until it is answered.</summary>
internal sealed class BotClient(string serviceUrl) : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };

    /// <summary>Posts once and gives the status.</summary>
    public async Task<HttpStatusCode> PostAsync(Uri node, string conversation, string id, string text)
    {
        using var answer = await _http.PostAsJsonAsync(
            new Uri(node, "/api/messages"),
            new
            {
                type = "message",
                id,
                channelId = "test",
                serviceUrl,
                conversation = new { id = conversation },
                from = new { id = "user" },
                recipient = new { id = "bot" },
                text,
            },
            TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    public void Dispose() => _http.Dispose();
}
