namespace Everturn.Gateway.Forwarding;

/// <summary>How one try at a node ended.</summary>
internal enum Outcome
{
    /// <summary>The client has its answer, or is gone: nothing more to do.</summary>
    Done,

    /// <summary>The node never got the request.</summary>
    NotSent,

    /// <summary>The node says that it did nothing and another may (503; for a request that only reads, also 502 and 504).</summary>
    Declined,

    /// <summary>The node may have got the request, and its answer is lost.</summary>
    Lost,

    /// <summary>The node lives and has been silent for the whole request timeout.</summary>
    TimedOut,

    /// <summary>The request cannot be expressed as one to a node.</summary>
    Malformed,
}
