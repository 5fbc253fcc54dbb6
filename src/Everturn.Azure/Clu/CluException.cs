namespace Everturn.Azure.Clu;

/// <summary>A region did not answer a request, or its answer is none. An expected outcome: the next region is asked.</summary>
/// <param name="code">The error's code.</param>
/// <param name="message">What happened.</param>
/// <param name="inner">The cause, when there is one.</param>
internal sealed class CluException(string code, string message, Exception? inner = null) : Exception($"{code}: {message}", inner)
{
    public string Code { get; } = code;

    /// <summary>Whether the text itself was refused: no region will take it, and none is to blame.</summary>
    public bool IsRequestsFault { get; init; }

    /// <summary>After how long, more than nothing, the region wants to be asked again; null when it has not said.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
