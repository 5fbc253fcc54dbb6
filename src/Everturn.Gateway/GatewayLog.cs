using Everturn.Gateway.Forwarding;
using Microsoft.Extensions.Logging;

namespace Everturn.Gateway;

/// <summary>Event ids 5000 to 5999. No message holds a URL's query: the token of a stream stands there.</summary>
internal static partial class GatewayLog
{
    [LoggerMessage(5001, LogLevel.Information, "Node {Node} of {Region} is {State} at {Url}.")]
    public static partial void NodeIsUp(ILogger logger, string node, string region, NodeState state, string url);

    [LoggerMessage(5002, LogLevel.Warning, "Node {Node} of {Region} is {State}: {Reason}.")]
    public static partial void NodeIsDown(ILogger logger, string node, string region, NodeState state, string? reason);

    [LoggerMessage(5003, LogLevel.Information, "Requests go to region {Region} (formerly {Former}).")]
    public static partial void RegionChosen(ILogger logger, string region, string former);

    [LoggerMessage(5010, LogLevel.Warning, "Node {Node} was lost while it handled request {RequestId} ({Error}).")]
    public static partial void RequestLost(ILogger logger, string node, string requestId, string error);

    /// <summary>A client's own fault is worth less attention than ours.</summary>
    public static void RequestRefused(ILogger logger, GatewayError error, string requestId) =>
        RequestRefused(logger, error.Status < 500 ? LogLevel.Information : LogLevel.Warning, error.Message, requestId, error.Status);

    [LoggerMessage(EventId = 5011, Message = "{Message} Request {RequestId} is answered {Status}.")]
    private static partial void RequestRefused(ILogger logger, LogLevel level, string message, string requestId, int status);

    [LoggerMessage(5020, LogLevel.Debug, "A stream moved from node {Former} to {Node}.")]
    public static partial void StreamMoved(ILogger logger, string former, string node);

    [LoggerMessage(5021, LogLevel.Warning, "A stream is closed to the client: {Reason}.")]
    public static partial void StreamGivenUp(ILogger logger, string reason);

    [LoggerMessage(5090, LogLevel.Error, "ET5009: The gateway failed at request {RequestId}.")]
    public static partial void Unexpected(ILogger logger, Exception exception, string requestId);
}
