namespace Everturn.AspNetCore;

/// <summary>What a node needs to know of the machine around it. Bound from the configuration section <c>Everturn</c>.</summary>
public sealed class EverturnHostOptions
{
    /// <summary>
    /// Whether a node without credentials may listen on other addresses than loopback and answer whoever calls. Default
    /// false. Set it only where something else keeps strangers out, for instance in a container behind a private network.
    /// Replies still go to loopback service URLs alone.
    /// </summary>
    public bool AllowAnonymousRemoteClients { get; set; }

    /// <summary>How long a channel may take to answer one delivery. Default 15 s; range 100 ms to 2 min. Beyond, the row is ambiguous.</summary>
    public TimeSpan ConnectorTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the store may take to answer a readiness probe. Default 1 s; range 50 ms to 30 s. Beyond, the node is unready.</summary>
    public TimeSpan ReadinessTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a stopping node goes on serving until a readiness probe has seen that it stops. Default 1 s; range 0 to
    /// 1 min. A node that nobody probes stops at once.
    /// </summary>
    public TimeSpan ShutdownNotice { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A file to write when the node listens: <c>{"url":"http://127.0.0.1:PORT","pid":N}</c>, put in place whole. Default: none.
    /// </summary>
    public string? Announce { get; set; }

    /// <summary>Whether the node stops when its standard input ends, because its launcher is gone or asks for it. Default false.</summary>
    public bool StopWithParent { get; set; }
}
