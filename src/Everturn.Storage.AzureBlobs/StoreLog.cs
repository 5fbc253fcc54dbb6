using Microsoft.Extensions.Logging;

namespace Everturn.Storage.AzureBlobs;

internal static partial class StoreLog
{
    [LoggerMessage(2201, LogLevel.Information, "The store is the container {Container}.")]
    public static partial void Opened(ILogger logger, Uri container);

    [LoggerMessage(2202, LogLevel.Warning, "The container {Container} cannot be opened yet; the node is not ready until it can.")]
    public static partial void NotOpenedYet(ILogger logger, Uri container, Exception error);

    [LoggerMessage(2203, LogLevel.Information, "The container {Container} was made.")]
    public static partial void ContainerMade(ILogger logger, Uri container);

    [LoggerMessage(2204, LogLevel.Warning, "More than {Count} documents are due. What lies beyond is found when these are done.")]
    public static partial void TooManyDue(ILogger logger, int count);

    [LoggerMessage(2205, LogLevel.Debug, "'{Key}' was due {Age} ago and Azure's tag index does not show it; the sweep found it.")]
    public static partial void FoundBySweep(ILogger logger, string key, TimeSpan age);

    [LoggerMessage(2206, LogLevel.Warning, "Azure's tag index does not answer; what is due is found by the sweep alone meanwhile.")]
    public static partial void NoTagIndex(ILogger logger, Exception error);
}
