namespace Everturn.Gateway.Streaming;

/// <summary>Headers between gateway and node.</summary>
internal static class StreamHeaders
{
    /// <summary>In the node's answer to a stream request: the token for opening this conversation's stream again, at any node.</summary>
    public const string Resume = "Everturn-Stream-Resume";
}
