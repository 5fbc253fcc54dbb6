using System.Net;

namespace Everturn.OpenAI.Wire;

/// <summary>What can go wrong with an endpoint, in words.</summary>
internal static class Failures
{
    public static ChatCompletionsException Unreachable(string endpoint, Exception cause) =>
        new("ET7121", $"{endpoint} cannot be reached: {cause.Message} Check the address, and whether the server runs.", isTransient: true, cause);

    public static ChatCompletionsException Malformed(string endpoint, string what, Exception? cause = null) =>
        new("ET7127", $"the answer of {endpoint} is not understood: {what}. Is it an OpenAI-compatible endpoint?", innerException: cause);

    public static ChatCompletionsException Cut(string endpoint, Exception? cause = null) =>
        new("ET7128", $"the answer of {endpoint} ended in its midst. Ask again.", isTransient: true, cause);

    public static ChatCompletionsException TooLarge(string endpoint, long most) =>
        new("ET7129", $"the answer of {endpoint} has more than {most} bytes. Ask for less, or raise MaxResponseBytes.");

    public static ChatCompletionsException TooSlow(string endpoint, string what) =>
        new("ET7130", $"{endpoint} {what}. Ask again, or raise ResponseTimeout or StallTimeout.", isTransient: true);

    public static ChatCompletionsException Unsupported(string what) =>
        new("ET7131", $"{what} cannot be sent to an OpenAI-compatible endpoint. Leave it out.");

    /// <summary>The endpoint said that it failed, in the midst of its answer.</summary>
    public static ChatCompletionsException Broken(string endpoint, string said) =>
        new("ET7126", $"{endpoint} failed in the midst of its answer: {said} Ask again.", isTransient: true);

    /// <summary>The endpoint answered with another status than 2xx.</summary>
    public static ChatCompletionsException Refused(string endpoint, string model, HttpStatusCode status, string said, string? kind, TimeSpan? retryAfter)
    {
        var (code, cure, isTransient) = (int)status switch
        {
            401 or 403 => ("ET7122", "Check the key, and what it may do.", false),
            404 => ("ET7123", $"Check the address, which ends before /chat/completions, and the model '{model}'.", false),
            // A quota that is used up is not refilled by waiting.
            429 when kind is "insufficient_quota" => ("ET7124", "The quota is used up.", false),
            429 => ("ET7124", "Ask less often, or for a higher limit.", true),
            408 or >= 500 => ("ET7126", "Ask again.", true),
            _ => ("ET7125", "The request is at fault: too long a conversation, an unknown member, or a feature that the model does not have.", false),
        };
        return new(code, $"{endpoint} answered {(int)status}: {said} {cure}", isTransient) { Status = status, RetryAfter = retryAfter };
    }
}
