using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Everturn.Gateway.Forwarding;

/// <summary>An answer of the gateway's own, in the form that Direct Line and the connector use: <c>{"error":{"code","message"}}</c>.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The protocol's word.</param>
/// <param name="Message">For a person, beginning with the project's code.</param>
internal sealed record GatewayError(int Status, string Code, string Message)
{
    public static readonly GatewayError NoNode = new(503, "ServiceError", "ET5001: No node could take the request in time. Try again.");
    public static readonly GatewayError TooBusy = new(503, "ServiceError", "ET5002: Too many requests are waiting for a node. Try again.");
    public static readonly GatewayError LostTwice = new(502, "BotError", "ET5003: Each node that was given the request was lost while it handled it.");
    public static readonly GatewayError TooLarge = new(413, "MessageSizeTooBig", "ET5004: The body is larger than the gateway takes.");
    public static readonly GatewayError TimedOut = new(504, "ServiceError", "ET5005: The node did not answer in time.");
    public static readonly GatewayError BadRequest = new(400, "BadArgument", "ET5006: The request could not be read.");
    public static readonly GatewayError TooManyStreams = new(503, "ServiceError", "ET5007: Too many streams are open. Try again.");
    public static readonly GatewayError Unexpected = new(502, "ServiceError", "ET5009: The gateway failed to pass the request on.");

    /// <summary>For a stream that its node refuses: the node's status, since a refused upgrade shows no body.</summary>
    public static GatewayError StreamRefused(int status) => new(
        status,
        status switch { 400 => "BadArgument", 401 => "Unauthorized", 403 => "Forbidden", 404 => "NotFound", _ => "ServiceError" },
        "ET5008: The node refused the stream.");

    /// <summary>For what the server refused to read (a broken chunk, a body that came too slowly).</summary>
    public static GatewayError Unreadable(int status) => status == TooLarge.Status ? TooLarge : BadRequest with { Status = status };

    public async Task WriteAsync(HttpContext context, CorsPolicy cors)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        if (Status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "1";
        }

        cors.Apply(context);
        using var json = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("error");
            writer.WriteString("code", Code);
            writer.WriteString("message", Message);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        context.Response.ContentLength = json.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(json.GetBuffer().AsMemory(0, (int)json.Length), context.RequestAborted);
        }
    }
}
