using System.Globalization;

namespace SurvivalBot;

/// <summary>The test's server: the service that flows call, and the one that hears of every write and may end this process then.</summary>
internal sealed class Outside(IConfiguration configuration) : IDisposable
{
    private static readonly string Process = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    private readonly HttpClient _http = new() { BaseAddress = new Uri(configuration["Outside"]!), Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Makes a call; returns its number.</summary>
    public async Task<int> CallAsync(string step, string conversation, string key, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"calls/{step}?conversation={Uri.EscapeDataString(conversation)}&process={Process}");
        request.Headers.Add("Idempotency-Key", key);
        using var answer = await _http.SendAsync(request, cancellationToken);
        return await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<int>(cancellationToken);
    }

    /// <summary>Tells of a write, before or after it takes effect.</summary>
    public async Task TellAsync(string when, string key, ReadOnlyMemory<byte> content)
    {
        using var body = new ReadOnlyMemoryContent(content);
        using var answer = await _http.PostAsync($"saves/{when}?key={Uri.EscapeDataString(key)}&process={Process}", body);
        answer.EnsureSuccessStatusCode();
    }

    public void Dispose() => _http.Dispose();
}
