using Microsoft.Extensions.Logging;

namespace Everturn.Storage.CosmosDb;

internal static partial class StoreLog
{
    [LoggerMessage(2301, LogLevel.Information, "The store is {Container} (consistency {Consistency}, {Regions} regions).")]
    public static partial void Opened(ILogger logger, string container, string consistency, int regions);

    [LoggerMessage(2302, LogLevel.Warning, "The account of {Container} is not strongly consistent ({Consistency}): {Loss} Set its default consistency to Strong.")]
    public static partial void NotStrong(ILogger logger, string container, string consistency, string loss);

    [LoggerMessage(2303, LogLevel.Warning, "{Container} cannot be opened yet; the node is not ready until it can.")]
    public static partial void NotOpenedYet(ILogger logger, string container, Exception error);

    [LoggerMessage(2304, LogLevel.Warning, "The index of {Container} is not as it should be ({Found}): writes or listings cost more than they need. Include only /due/?, exclude /*.")]
    public static partial void IndexDiffers(ILogger logger, string container, string found);

    [LoggerMessage(2305, LogLevel.Information, "{Container} was made.")]
    public static partial void ContainerMade(ILogger logger, string container);

    [LoggerMessage(2306, LogLevel.Warning, "More than {Count} documents are due. What lies beyond is found when these are done.")]
    public static partial void TooManyDue(ILogger logger, int count);

    [LoggerMessage(2307, LogLevel.Debug, "{Operation} cost {Charge} request units.")]
    public static partial void Charged(ILogger logger, string operation, double charge);
}
