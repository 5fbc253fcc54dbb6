using Microsoft.Extensions.Logging;

namespace Everturn.OpenAI;

internal static partial class ChatLog
{
    [LoggerMessage(7132, LogLevel.Warning, "ET7132: the key for {Endpoint} goes over plain http, where others may read it. Use https.")]
    public static partial void KeyInPlainText(ILogger logger, string endpoint);

    [LoggerMessage(7133, LogLevel.Warning, "The model is asked again in {Pause}, for the {Time}. time.")]
    public static partial void AskedAgain(ILogger logger, TimeSpan pause, int time, Exception error);
}
