using Microsoft.Extensions.Logging;

namespace Everturn.OpenAI.Recognizing;

internal static partial class RecognizerLog
{
    [LoggerMessage(7102, LogLevel.Warning, "The recognizer {Fallback} answers in place of {Recognizer}. {Reason}")]
    public static partial void FallbackAnswers(ILogger logger, string fallback, string recognizer, string reason);
}
