using Microsoft.Extensions.Logging;

namespace Everturn.OpenAI.Recognizing;

internal static partial class RecognizerLog
{
    [LoggerMessage(7102, LogLevel.Warning, "The recognizer {Fallback} answers in place of {Recognizer}. {Reason}")]
    public static partial void FallbackAnswers(ILogger logger, string fallback, string recognizer, string reason);

    [LoggerMessage(7106, LogLevel.Error, "The model of the recognizer {Recognizer} is left alone for {Duration}. {Reason}")]
    public static partial void LeftAlone(ILogger logger, string recognizer, TimeSpan duration, string reason);

    [LoggerMessage(7107, LogLevel.Information, "The model of the recognizer {Recognizer} answers again.")]
    public static partial void Answers(ILogger logger, string recognizer);
}
