using System.Text;
using System.Text.Json;

namespace Everturn.OpenAI.Wire;

/// <summary>What an endpoint says about its failure: bounded, and without the key.</summary>
internal static class ErrorBody
{
    private const int MostBytes = 16 * 1024;
    private const int MostCharacters = 500;

    /// <summary>The endpoint's words and the kind of its error, from the beginning of a body.</summary>
    public static async Task<(string Said, string? Kind)> ReadAsync(Stream body, string? key, CancellationToken cancellationToken)
    {
        var buffer = new byte[MostBytes];
        var count = await body.ReadAtLeastAsync(buffer, MostBytes, throwOnEndOfStream: false, cancellationToken);
        var text = Encoding.UTF8.GetString(buffer, 0, count);
        try
        {
            using var json = JsonDocument.Parse(text);
            return Of(json.RootElement, key);
        }
        catch (JsonException)
        {
            return (Shorten(text, key), null);
        }
    }

    /// <summary>Reads <c>{"error": {"message", "code", "type"}}</c>, the object in it, or whatever there is instead.</summary>
    public static (string Said, string? Kind) Of(JsonElement body, string? key)
    {
        var error = body.Member("error") ?? body;
        var said = error.Member("message")?.Text() ?? error.Member("detail")?.Text() ?? error.Text() ?? error.GetRawText();
        return (Shorten(said, key), error.Member("code")?.Text() ?? error.Member("type")?.Text());
    }

    private static string Shorten(string said, string? key)
    {
        var line = string.Join(' ', said.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (!string.IsNullOrEmpty(key)) line = line.Replace(key, "***", StringComparison.Ordinal);
        return line.Length switch
        {
            0 => "(nothing)",
            > MostCharacters => line[..MostCharacters] + "...",
            _ => line,
        };
    }
}
