using System.Net;

namespace Everturn.OpenAI;

/// <summary>The endpoint could not do what was asked, or its answer is none.</summary>
public sealed class ChatCompletionsException : Exception
{
    /// <summary>Makes the exception; the code stands at the beginning of the message.</summary>
    /// <param name="code">The error's code, for instance <c>ET7124</c>.</param>
    /// <param name="message">What was asked of whom, what was found, and the cure.</param>
    /// <param name="isTransient">Whether the same request may succeed later.</param>
    /// <param name="innerException">The cause, when there is one.</param>
    public ChatCompletionsException(string code, string message, bool isTransient = false, Exception? innerException = null)
        : base($"{code}: {message}", innerException)
    {
        Code = code;
        IsTransient = isTransient;
    }

    /// <summary>The error's code; docs/errors.md has a row for each.</summary>
    public string Code { get; }

    /// <summary>Whether the same request may succeed later.</summary>
    public bool IsTransient { get; }

    /// <summary>The status of the endpoint's answer; null when there was none.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>After how long the endpoint wants to be asked again; null when it has not said.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
