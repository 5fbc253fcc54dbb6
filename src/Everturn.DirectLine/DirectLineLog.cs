using Microsoft.Extensions.Logging;

namespace Everturn.DirectLine;

/// <summary>The channel's log. No message may hold a token, and so none holds a query string.</summary>
internal static partial class DirectLineLog
{
    [LoggerMessage(4001, LogLevel.Information, "Refused {Method} {Path}: {Status} {Code}: {Reason}")]
    public static partial void Refused(this ILogger logger, string method, string path, int status, string? code, string? reason);

    [LoggerMessage(4002, LogLevel.Warning, "{Method} {Path} was answered 503 because the store failed")]
    public static partial void StoreFailed(this ILogger logger, Exception exception, string method, string path);

    [LoggerMessage(4003, LogLevel.Error, "{Method} {Path} failed")]
    public static partial void Failed(this ILogger logger, Exception exception, string method, string path);

    [LoggerMessage(4004, LogLevel.Warning, "The bot failed when conversation {Conversation} began; the conversation goes on without its greeting")]
    public static partial void JoinFailed(this ILogger logger, Exception exception, string conversation);

    [LoggerMessage(4005, LogLevel.Warning, "Nothing can be learned of conversation {Conversation} from the store for now; its streams wait")]
    public static partial void PollFailed(this ILogger logger, Exception exception, string conversation);

    [LoggerMessage(4006, LogLevel.Debug, "A stream of conversation {Conversation} ended: {Reason}")]
    public static partial void StreamEnded(this ILogger logger, string conversation, string reason);

    [LoggerMessage(4007, LogLevel.Information, "Created the key that signs this bot's Direct Line tokens")]
    public static partial void KeyCreated(this ILogger logger);

    [LoggerMessage(4008, LogLevel.Warning, "A page of conversation {Conversation}'s history could not be dropped; it stays in the store")]
    public static partial void PageNotDropped(this ILogger logger, Exception exception, string conversation);

    [LoggerMessage(4009, LogLevel.Warning, "The store's hints ended; streams learn of other nodes' activities by polling alone")]
    public static partial void HintsEnded(this ILogger logger, Exception exception);
}
