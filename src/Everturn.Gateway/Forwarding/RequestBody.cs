using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Everturn.Gateway.Forwarding;

/// <summary>Reads a request's whole body within the limits, so that it can be sent twice.</summary>
internal static class RequestBody
{
    /// <returns>Null when the body is in the buffer, else why not.</returns>
    public static async Task<GatewayError?> ReadAsync(HttpContext context, int limit, BudgetedBuffer buffer)
    {
        var request = context.Request;
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return null;
        }

        if (request.ContentLength > limit)
        {
            return GatewayError.TooLarge;
        }

        // The gateway's own limit counts, also where it is above the server's.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server && server.MaxRequestBodySize < limit)
        {
            server.MaxRequestBodySize = limit;
        }

        try
        {
            while (true)
            {
                if (!buffer.TryGetRoom(out var room))
                {
                    return GatewayError.TooBusy;
                }

                var read = await request.Body.ReadAsync(room, context.RequestAborted);
                if (read == 0)
                {
                    break;
                }

                buffer.Advance(read);
                if (buffer.Length > limit)
                {
                    return GatewayError.TooLarge;
                }
            }
        }
        catch (BadHttpRequestException exception)
        {
            return GatewayError.Unreadable(exception.StatusCode);
        }

        // The node gets one piece of known length, however it came here.
        request.Headers.Remove("Transfer-Encoding");
        request.ContentLength = buffer.Length;
        return null;
    }
}
