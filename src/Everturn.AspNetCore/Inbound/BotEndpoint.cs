using System.Globalization;
using System.Text.Json;
using Everturn.Activities;
using Everturn.Hosting;
using Everturn.Turns;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Everturn.AspNetCore.Inbound;

/// <summary>Takes activities from channels: checks them, has their turns run, and answers.</summary>
internal sealed class BotEndpoint(ITurnEngine engine, IOptions<EverturnOptions> options, ILogger<BotEndpoint> logger)
{
    private const string RequestIdHeader = "Everturn-Request-Id";
    private const int MaxRequestId = 128;

    /// <summary>Handles one POST.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var (inbound, refusal) = await ReceiveAsync(context);
        await (refusal is null
            ? AnswerAsync(context, await engine.ProcessAsync(inbound!, context.RequestAborted))
            : refusal.AnswerAsync(context, logger));
    }

    private async Task<(InboundActivity? Inbound, Refusal? Refusal)> ReceiveAsync(HttpContext context)
    {
        if (context.Request.Headers.ContainsKey("Authorization"))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return (null, new(StatusCodes.Status401Unauthorized,
                "ET3003: this node has no credentials configured and cannot check the Authorization header. Send none, as the Emulator does without an app id."));
        }

        if (RequestBody.CheckType(context.Request) is { } wrongType)
        {
            return (null, wrongType);
        }

        var (body, refusal) = await RequestBody.ReadAsync(context, options.Value.MaxActivityBytes);
        return refusal is null ? Parse(body, context.Request) : (null, refusal);
    }

    private (InboundActivity? Inbound, Refusal? Refusal) Parse(byte[] body, HttpRequest request)
    {
        Activity activity;
        try
        {
            activity = ActivityJson.Read(body);
        }
        catch (JsonException exception)
        {
            return (null, new(StatusCodes.Status400BadRequest, $"ET3006: the body is not an activity as JSON. {exception.Message}"));
        }

        if (ActivityCheck.Check(activity, options.Value.Bot) is { } refusal)
        {
            return (null, refusal);
        }

        if (activity.CallerId is not null)
        {
            // Never trusted from the wire; what the bot reads comes from the bytes.
            activity.CallerId = null;
            body = ActivityJson.Write(activity);
        }

        // Without credentials the node listens on loopback only: whoever reaches it may say who he is.
        return (new InboundActivity(body, activity) { RequestId = RequestIdOf(request), User = activity.From?.Id }, null);
    }

    private static string? RequestIdOf(HttpRequest request) =>
        request.Headers[RequestIdHeader] is [{ Length: > 0 and <= MaxRequestId } id]
        && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-')
            ? id
            : null;

    private Task AnswerAsync(HttpContext context, TurnOutcome outcome)
    {
        switch (outcome)
        {
            case TurnOutcome.Committed(null, _):
                context.Response.StatusCode = StatusCodes.Status200OK;
                return Task.CompletedTask;
            case TurnOutcome.Committed({ } answer, _):
                return WriteAsync(context, answer);
            case TurnOutcome.Queued:
                context.Response.StatusCode = StatusCodes.Status202Accepted;
                return Task.CompletedTask;
            case TurnOutcome.Failed:
                // The engine has logged what the bot threw.
                return Refusal.WriteAsync(context, StatusCodes.Status500InternalServerError,
                    "ET3012: the bot failed and nothing of the turn was committed; the node's log says why.");
            case TurnOutcome.Unavailable(var reason, var retryAfter):
                context.Response.Headers.RetryAfter =
                    Math.Max(1, Math.Ceiling(retryAfter.TotalSeconds)).ToString("0", CultureInfo.InvariantCulture);
                return new Refusal(StatusCodes.Status503ServiceUnavailable, reason).AnswerAsync(context, logger);
            case TurnOutcome.Refused(var reason):
                return new Refusal(StatusCodes.Status400BadRequest, reason).AnswerAsync(context, logger);
            default:
                throw new InvalidOperationException($"The engine answered {outcome}, which this endpoint does not know.");
        }
    }

    private static async Task WriteAsync(HttpContext context, TurnAnswer answer)
    {
        context.Response.StatusCode = answer.Status;
        if (!answer.Body.IsEmpty && answer.Status is not (StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified))
        {
            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.ContentLength = answer.Body.Length;
            await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
        }
    }
}
