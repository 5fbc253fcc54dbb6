namespace Everturn.Gateway;

/// <summary>What the gateway needs to know. Bound from the configuration section <c>Everturn:Gateway</c>.</summary>
public sealed class GatewayOptions
{
    /// <summary>The configuration section that these options are bound from.</summary>
    public const string Section = "Everturn:Gateway";

    /// <summary>The regions in order of preference: of regions about equally near, the first is used. Default: none.</summary>
    public IList<GatewayRegion> Regions { get; } = [];

    /// <summary>Pause between two probes of a node. Default 250 ms; range 50 ms to 1 min. A failure is noticed within this plus <see cref="ProbeTimeout"/>.</summary>
    public TimeSpan ProbeInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a node may take to answer a probe. Default 600 ms; range 50 ms to 30 s. Beyond: it gets no requests until it answers again.</summary>
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromMilliseconds(600);

    /// <summary>Latencies closer than this count as equal. Default 20 ms; range 0 to 10 s. A region is left for a nearer one at twice this difference.</summary>
    public TimeSpan LatencyTolerance { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How long another region must be the better one before healthy traffic moves to it. Default 5 s; range 0 to 1 h. A region without a ready node is left at once.</summary>
    public TimeSpan RegionSettleTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a request waits for a node that takes it. Default 10 s; range 100 ms to 1 min. Beyond: 503 with Retry-After.</summary>
    public TimeSpan HoldTime { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How many requests may wait at once. Default 1,000; range 0 to 100,000. Beyond: 503 at once.</summary>
    public int MaxHeldRequests { get; set; } = 1000;

    /// <summary>How long a node may be silent within one request. Default 30 s; range 1 s to 10 min. Beyond: 504.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest body of a request, uploads excepted, in bytes. Default 262,144; range 1,024 to 4,194,304. Beyond: 413.</summary>
    public int MaxActivityBytes { get; set; } = 256 * 1024;

    /// <summary>The largest body of a Direct Line upload, in bytes. Default 4,194,304; range 1,024 to 67,108,864. Beyond: 413.</summary>
    public int MaxUploadBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Memory for all bodies held at once, in bytes. Default 67,108,864; range 1,048,576 to 2,147,483,647. Beyond: 503.</summary>
    public int MaxBufferedBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How many Direct Line streams may be open at once. Default 10,000; range 0 to 1,000,000. Beyond: 503.</summary>
    public int MaxStreams { get; set; } = 10_000;

    /// <summary>How long a client's stream is kept open while no node takes it over. Default 1 min; range 1 s to 10 min. Beyond: it is closed (1001).</summary>
    public TimeSpan StreamReconnectTime { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The largest frame of a stream, in bytes. Default 16,777,216; range 65,536 to 268,435,456. Beyond: the stream is closed (1009).</summary>
    public int MaxFrameBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Origins, besides every loopback one, that may read the gateway's own errors under <c>/v3/directline</c>, for instance <c>https://example.org</c>. Default: none.</summary>
    public IList<string> AllowedOrigins { get; } = [];
}
