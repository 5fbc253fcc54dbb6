using System.Net;
using System.Text.Json;

namespace Everturn.AspNetCore.Tests;

internal static class Errors
{
    /// <summary>The answer is a short JSON error of this status and code.</summary>
    public static async Task AssertAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"expected {status}, was {answer.StatusCode}: {text}");
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        using var json = JsonDocument.Parse(text);
        var error = json.RootElement.GetProperty("error");
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.StartsWith(code + ": ", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.True(text.Length < 1000, $"{text.Length} characters");
    }
}
