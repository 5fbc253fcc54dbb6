using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;

namespace Everturn.DirectLine.Http;

/// <summary>A request's body, read whole and bounded; or the answer that refuses it.</summary>
internal readonly record struct RequestBody(ReadOnlyMemory<byte> Bytes, Answer? Refusal)
{
    /// <summary>Reads a JSON body; none at all is an empty one.</summary>
    public static async ValueTask<RequestBody> ReadJsonAsync(HttpContext http, int maxBytes)
    {
        var body = await ReadAsync(http, maxBytes);
        if (body.Refusal is not null || body.Bytes.IsEmpty)
        {
            return body;
        }

        return IsJson(http.Request.ContentType) ? body : new(default, Refusals.WrongContentType("application/json in UTF-8"));
    }

    /// <summary>Reads a body of any kind.</summary>
    public static async ValueTask<RequestBody> ReadAsync(HttpContext http, int maxBytes)
    {
        if (http.Request.ContentLength > maxBytes)
        {
            return TooLarge(maxBytes);
        }

        var buffer = new byte[Math.Min(maxBytes, http.Request.ContentLength ?? 4096) + 1];
        var length = 0;
        try
        {
            int read;
            while ((read = await http.Request.Body.ReadAsync(buffer.AsMemory(length), http.RequestAborted)) > 0)
            {
                length += read;
                if (length > maxBytes)
                {
                    return TooLarge(maxBytes);
                }

                if (length == buffer.Length)
                {
                    Array.Resize(ref buffer, Math.Min(buffer.Length * 2, maxBytes + 1));
                }
            }
        }
        catch (BadHttpRequestException exception)
        {
            return exception.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? TooLarge(maxBytes)
                : new(default, Refusals.BadArgument("The body is broken."));
        }

        return new(buffer.AsMemory(0, length), null);
    }

    private static RequestBody TooLarge(int maxBytes) => new(default, Refusals.TooLarge($"The body has more than {maxBytes} bytes."));

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType is { } mediaType
        && (mediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || mediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase)
            || mediaType.Equals("application/vnd.microsoft.activity", StringComparison.OrdinalIgnoreCase))
        && (type.CharSet is null || type.CharSet.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}
