using Microsoft.AspNetCore.Http;

namespace Everturn.DirectLine.Http;

/// <summary>The answers that refuse a request. Status and code are the protocol's and stable; the words are ours.</summary>
internal static class Refusals
{
    public static Answer BadArgument(string problem) =>
        Answer.Error(StatusCodes.Status400BadRequest, "BadArgument", $"ET4010: {problem}");

    public static Answer NoAuthorization() =>
        Answer.Error(StatusCodes.Status401Unauthorized, "Unauthorized", "ET4011: Send the header 'Authorization: Bearer' with a token or the secret.");

    public static Answer TokenExpired() =>
        Answer.Error(StatusCodes.Status403Forbidden, "TokenExpired", "ET4012: The token has expired. Get a new one.");

    public static Answer Forbidden(string problem) =>
        Answer.Error(StatusCodes.Status403Forbidden, "Forbidden", $"ET4013: {problem}");

    public static Answer UnknownConversation() =>
        Answer.Error(StatusCodes.Status404NotFound, "ConversationNotFound", "ET4014: There is no such conversation.");

    public static Answer UnknownPath() =>
        Answer.Error(StatusCodes.Status404NotFound, "NotFound", "ET4015: There is nothing here. See docs/direct-line.md for the calls.");

    public static Answer WrongMethod(string allowed) =>
        Answer.Error(StatusCodes.Status405MethodNotAllowed, "MethodNotAllowed", $"ET4016: Only {allowed} is possible here.");

    public static Answer TooLarge(string problem) =>
        Answer.Error(StatusCodes.Status413PayloadTooLarge, "MessageSizeTooBig", $"ET4017: {problem}");

    public static Answer WrongContentType(string expected) =>
        Answer.Error(StatusCodes.Status415UnsupportedMediaType, "UnsupportedMediaType", $"ET4018: The body must be {expected}.");

    public static Answer TooManyStreams(int limit) =>
        Answer.Error(
            StatusCodes.Status429TooManyRequests, "TooManyStreams",
            $"ET4019: This conversation has {limit} open streams here, which is the limit. Close some.", TimeSpan.FromSeconds(5));

    public static Answer BotFailed() =>
        Answer.Error(StatusCodes.Status502BadGateway, "BotError", "ET4020: The bot failed on this activity; nothing of its turn took effect. Its log says why.");

    public static Answer Unavailable(string reason, TimeSpan retryAfter) =>
        Answer.Error(StatusCodes.Status503ServiceUnavailable, "ServiceUnavailable", $"ET4021: {reason} Send the same request again.", retryAfter);

    public static Answer Unexpected() =>
        Answer.Error(StatusCodes.Status500InternalServerError, "ServiceError", "ET4022: The node failed on this request. Its log says why.");
}
