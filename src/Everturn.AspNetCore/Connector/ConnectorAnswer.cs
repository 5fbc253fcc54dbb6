using System.Net;
using System.Text;
using System.Text.Json;
using Everturn.Delivery;

namespace Everturn.AspNetCore.Connector;

/// <summary>What a channel's answer means for a row. Source: Connector REST API, errors and retries.</summary>
internal static class ConnectorAnswer
{
    /// <summary>The longest part of an answer that is read; ids are far shorter.</summary>
    private const int MaxBody = 64 * 1024;

    private const int MaxQuote = 200;

    // A channel that asks for more is asked again after this all the same.
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(24);

    /// <summary>The outcome of a delivery that the channel answered.</summary>
    /// <param name="response">The answer's status and headers; its body is read here.</param>
    /// <param name="now">The wall-clock time, for a Retry-After that is a date.</param>
    /// <param name="cancellationToken">Stops reading the body; what the status says holds all the same.</param>
    public static async Task<DeliveryOutcome> ReadAsync(HttpResponseMessage response, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var body = await ReadBodyAsync(response, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return new DeliveryOutcome.Delivered(IdIn(body));
        }

        var reason = Describe(response, body);
        return response.StatusCode switch
        {
            HttpStatusCode.PreconditionFailed or HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway
                or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => new DeliveryOutcome.Retry(WaitOf(response, now), reason),
            HttpStatusCode.NotImplemented => new DeliveryOutcome.Rejected(reason),
            HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError => new DeliveryOutcome.Ambiguous(reason),
            _ => new DeliveryOutcome.Rejected(reason),
        };
    }

    private static TimeSpan? WaitOf(HttpResponseMessage response, DateTimeOffset now)
    {
        var asked = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - now,
            _ => (TimeSpan?)null,
        };
        return asked is { } wait ? TimeSpan.FromTicks(Math.Clamp(wait.Ticks, 0, LongestWait.Ticks)) : null;
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = new byte[(int)Math.Min(response.Content.Headers.ContentLength ?? MaxBody, MaxBody)];
        var length = 0;
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException)
        {
            // The status has said what matters.
        }

        return buffer.AsMemory(0, length);
    }

    // Some channels answer nothing, and some pages.
    private static string? IdIn(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String
                && id.GetString() is { Length: > 0 } text
                    ? text
                    : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Describe(HttpResponseMessage response, ReadOnlyMemory<byte> body)
    {
        var request = response.RequestMessage;
        var quote = new string(Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, MaxQuote)])
            .Select(letter => char.IsControl(letter) ? ' ' : letter).ToArray());
        var operation = response.Headers.TryGetValues("X-Correlating-OperationId", out var ids) ? $" (operation {string.Join(',', ids)})" : "";
        return $"ET3017: {request?.Method} {request?.RequestUri?.AbsoluteUri} was answered {(int)response.StatusCode}{operation}. {quote}".TrimEnd();
    }
}
