using System.Diagnostics.CodeAnalysis;

namespace Everturn.Gateway.Topology;

/// <summary>A node from the moment it was registered, or came back, until it is lost: what a request in flight holds on to.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A source without a timer or a wait handle holds nothing to release, and requests in flight still look at its token.")]
internal sealed class NodeRun(string name, string region, string url)
{
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _dead = new();

    public string Name => name;

    public string Region => region;

    /// <summary>Without a final slash.</summary>
    public string Url => url;

    /// <summary>Signalled when the node no longer answers and another node can take over, or when it is dead.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Signalled when the node is dead.</summary>
    public CancellationToken Dead => _dead.Token;

    // Not under the caller's lock: CancelAsync runs the callbacks elsewhere.
    public void Lose() => _ = _lost.CancelAsync();

    public void Die()
    {
        _ = _dead.CancelAsync();
        _ = _lost.CancelAsync();
    }
}
