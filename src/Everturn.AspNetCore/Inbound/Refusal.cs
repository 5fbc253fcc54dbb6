using Everturn.AspNetCore.Node;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Everturn.AspNetCore.Inbound;

/// <summary>Why a request is not served.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="message">What is wrong and the cure, beginning with the error's code and a colon.</param>
internal sealed partial class Refusal(int status, string message)
{
    /// <summary>The longest message that is answered and logged.</summary>
    private const int MaxMessage = 400;

    public static readonly Refusal OfStranger = new(StatusCodes.Status403Forbidden,
        "ET3002: this node has no credentials to tell channels from strangers, so it serves this machine alone, by the name localhost. "
        + "Set Everturn:AllowAnonymousRemoteClients to true only where something else keeps strangers out.");

    /// <summary>Answers the request and logs why, once.</summary>
    public async Task AnswerAsync(HttpContext context, ILogger logger)
    {
        LogRefused(logger, status, Printable(message));
        await WriteAsync(context, status, message);
    }

    /// <summary>Answers an error whose log entry stands elsewhere.</summary>
    public static async Task WriteAsync(HttpContext context, int status, string message)
    {
        message = Printable(message);
        var colon = message.IndexOf(':', StringComparison.Ordinal);
        var code = colon > 0 && message.StartsWith("ET", StringComparison.Ordinal) ? message[..colon] : "Error";
        context.Response.StatusCode = status;
        await context.Response.WriteAsJsonAsync(new ErrorBody(new(code, message)), NodeJsonContext.Default.ErrorBody);
    }

    // Messages quote the request: no line of the log is to be of a stranger's making.
    private static string Printable(string text)
    {
        var cut = text.Length <= MaxMessage ? text : text[..MaxMessage] + "...";
        return string.Create(cut.Length, cut, (letters, source) =>
        {
            for (var i = 0; i < letters.Length; i++)
            {
                letters[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) || source[i] is '\u2028' or '\u2029' ? '?' : source[i];
            }
        });
    }

    [LoggerMessage(3002, LogLevel.Warning, "A request was refused with {Status}. {Message}")]
    private static partial void LogRefused(ILogger logger, int status, string message);
}
