using System.Diagnostics.CodeAnalysis;

namespace Everturn.Gateway.Topology;

/// <summary>One registration of a node: its name at one URL. A new URL makes a new entry. Guarded by the topology's lock.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A source without a timer or a wait handle holds nothing to release, and probes still look at its token.")]
internal sealed class NodeEntry(string name, string region, string url)
{
    private readonly CancellationTokenSource _retired = new();
    private TaskCompletionSource _nudge = New();
    private TaskCompletionSource _reported = New();

    public string Name => name;

    public string Region => region;

    public string Url => url;

    public NodeRun Run { get; private set; } = new(name, region, url);

    public NodeState State { get; set; } = NodeState.Starting;

    public string? Reason { get; set; }

    public bool HasBeenReady { get; set; }

    public LatencyWindow Latency { get; set; } = new();

    /// <summary>Signalled when this entry was replaced or removed, or its process is known to have exited: probing ends.</summary>
    public CancellationToken Retired => _retired.Token;

    /// <summary>Completes when a probe is wanted before the interval has passed.</summary>
    public Task Nudged => Volatile.Read(ref _nudge).Task;

    /// <summary>When the last probe that said anything began; a timestamp of the time provider.</summary>
    public long ProbedAt { get; private set; } = long.MinValue;

    /// <summary>Completes with the next such probe, or when the entry is retired.</summary>
    public Task Reported => Volatile.Read(ref _reported).Task;

    public void Retire()
    {
        _ = _retired.CancelAsync();
        Interlocked.Exchange(ref _reported, New()).TrySetResult();
    }

    public void Nudge() => Interlocked.Exchange(ref _nudge, New()).TrySetResult();

    public void ProbeEnded(long began)
    {
        ProbedAt = began;
        Interlocked.Exchange(ref _reported, New()).TrySetResult();
    }

    /// <summary>Gives a node that came back a run of its own: requests that fled from it may use it again.</summary>
    public void Revive()
    {
        if (Run.Lost.IsCancellationRequested)
        {
            Run = new NodeRun(name, region, url);
        }
    }

    public NodeSnapshot ToSnapshot() => new(name, region, url, State, Reason, Latency.Lowest);

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
