using Microsoft.Extensions.Logging;

namespace Everturn.Azure.Clu;

internal static partial class CluLog
{
    [LoggerMessage(7001, LogLevel.Warning, "The language service of {Region} did not recognize a text; the next in order is asked. {Reason}")]
    public static partial void NextIsAsked(ILogger logger, string region, string reason);

    [LoggerMessage(7002, LogLevel.Error, "The language service of {Region} is left alone for {Duration}. {Reason}")]
    public static partial void LeftAlone(ILogger logger, string region, TimeSpan duration, string reason);

    [LoggerMessage(7003, LogLevel.Information, "The language service of {Region} answers again.")]
    public static partial void Answers(ILogger logger, string region);

    [LoggerMessage(7004, LogLevel.Debug, "The language service of {Region} is still left alone.")]
    public static partial void StillLeftAlone(ILogger logger, string region);

    [LoggerMessage(7005, LogLevel.Debug, "The recognizer {Fallback} answers in place of {Recognizer}.")]
    public static partial void FallbackAnswers(ILogger logger, string fallback, string recognizer);

    [LoggerMessage(7006, LogLevel.Information, "No language service is named for this node's region {Region}; {First} is asked first.")]
    public static partial void NoOwnRegion(ILogger logger, string region, string first);
}
