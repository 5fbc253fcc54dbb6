using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Everturn.DirectLine.Tests.Running;

/// <summary>A client's side of one conversation, over HTTP.</summary>
internal sealed class TestConversation(string id, string token, string streamUrl)
{
    public string Id { get; } = id;

    public string Token { get; } = token;

    public string StreamUrl { get; } = streamUrl;

    public string ActivitiesPath => $"/v3/directline/conversations/{Id}/activities";

    public static async Task<string> NewTokenAsync(HttpClient http, string? user)
    {
        using var body = user is null ? null : Json($$$"""{"user":{"id":"{{{user}}}","name":"Ada"}}""");
        using var response = await http.PostAsync(new Uri("/v3/directline/tokens/generate", UriKind.Relative), body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await JsonOf(response)).GetProperty("token").GetString()!;
    }

    public static async Task<TestConversation> StartAsync(HttpClient http, string token, HttpStatusCode expected = HttpStatusCode.Created)
    {
        using var response = await SendAsync(http, HttpMethod.Post, "/v3/directline/conversations", token);
        Assert.Equal(expected, response.StatusCode);
        var started = await JsonOf(response);
        return new(
            started.GetProperty("conversationId").GetString()!,
            started.GetProperty("token").GetString()!,
            started.GetProperty("streamUrl").GetString()!);
    }

    public static async Task<HttpResponseMessage> SendAsync(
        HttpClient http, HttpMethod method, string path, string? token, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var content = json is null ? null : Json(json);
        request.Content = content;
        return await http.SendAsync(request);
    }

    public static async Task<JsonElement> JsonOf(HttpResponseMessage response)
    {
        using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return document.RootElement.Clone();
    }

    public static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    /// <summary>Posts an activity and returns the id that it was given.</summary>
    public async Task<string> PostAsync(HttpClient http, string json, params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(http, HttpMethod.Post, ActivitiesPath, Token, json, headers);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        return (await JsonOf(response)).GetProperty("id").GetString()!;
    }

    public Task<string> SayAsync(HttpClient http, string text) => PostAsync(http, Message(text));

    public static string Message(string text) =>
        $$$"""{"type":"message","from":{"id":"ada"},"text":"{{{text}}}","channelData":{"clientActivityID":"{{{Guid.NewGuid():N}}}"}}""";

    /// <summary>One page of activities.</summary>
    public async Task<(JsonElement[] Activities, string Watermark)> GetAsync(HttpClient http, string? watermark = null)
    {
        using var response = await SendAsync(
            http, HttpMethod.Get, ActivitiesPath + (watermark is null ? "" : $"?watermark={watermark}"), Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var set = await JsonOf(response);
        return ([.. set.GetProperty("activities").EnumerateArray()], set.GetProperty("watermark").GetString()!);
    }

    /// <summary>The texts of the whole conversation, once there are as many as expected.</summary>
    public async Task<string[]> TextsAsync(HttpClient http, int count)
    {
        string[] texts = [];
        await Patience.UntilAsync(
            async () =>
            {
                texts = [.. (await GetAsync(http)).Activities.Select(Text)];
                return texts.Length >= count;
            },
            $"{count} activities");
        return texts;
    }

    public static string Text(JsonElement activity) =>
        activity.TryGetProperty("text", out var text) ? text.GetString()! : activity.GetProperty("type").GetString()!;
}
