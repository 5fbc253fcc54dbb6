using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Everturn.AspNetCore.Inbound;

/// <summary>Reads a JSON body of limited size.</summary>
internal static class RequestBody
{
    // What a too large body is read to and dropped: a client that still sends does not read the answer.
    private const int DrainLimit = 16 * 1024 * 1024;

    private const int ChunkBytes = 16 * 1024;

    /// <summary>Null when the content is UTF-8 JSON, as far as its headers say.</summary>
    public static Refusal? CheckType(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !IsJson(type))
        {
            return new(StatusCodes.Status415UnsupportedMediaType, "ET3004: the content type must be application/json.");
        }

        if (type.Charset is { Length: > 0 } charset && !HeaderUtilities.RemoveQuotes(charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            return new(StatusCodes.Status415UnsupportedMediaType, "ET3004: the charset must be utf-8.");
        }

        return request.Headers.ContentEncoding.ToString() is { Length: > 0 } encoding && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)
            ? new(StatusCodes.Status415UnsupportedMediaType, "ET3004: a compressed body is not supported.")
            : null;
    }

    /// <summary>Reads the body to its end.</summary>
    /// <returns>The body, or why it is refused.</returns>
    /// <exception cref="OperationCanceledException">The client is gone.</exception>
    public static async Task<(byte[] Body, Refusal? Refusal)> ReadAsync(HttpContext context, int limit)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = DrainLimit;
        }

        var tooLarge = new Refusal(StatusCodes.Status413PayloadTooLarge, $"ET3005: an activity may have {limit} bytes.");
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            using var body = new MemoryStream();
            long total = 0;
            while (await context.Request.Body.ReadAsync(chunk, context.RequestAborted) is var count and > 0)
            {
                total += count;
                if (total <= limit)
                {
                    body.Write(chunk, 0, count);
                }
            }

            return total <= limit ? (body.ToArray(), null) : ([], tooLarge);
        }
        catch (BadHttpRequestException exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            return ([], exception.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? tooLarge
                : new(exception.StatusCode, $"ET3013: the body could not be read: {exception.Message}"));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private static bool IsJson(MediaTypeHeaderValue type) =>
        type.Type.Equals("application", StringComparison.OrdinalIgnoreCase)
        && (type.SubType.Equals("json", StringComparison.OrdinalIgnoreCase) || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase));
}
