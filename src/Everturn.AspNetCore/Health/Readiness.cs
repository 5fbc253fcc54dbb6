using Everturn.Hosting;
using Everturn.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Everturn.AspNetCore.Health;

/// <summary>Whether the node can serve: it is not stopping, and its store answers. Parts that work badly degrade it, and leave it ready.</summary>
internal sealed partial class Readiness(
    IStore store,
    IOptions<EverturnOptions> node,
    IOptions<EverturnHostOptions> host,
    IHostApplicationLifetime lifetime,
    IEnumerable<INodePart> parts,
    TimeProvider time,
    ILogger<Readiness> logger)
{
    // However many probe, the store sees five reads a second.
    private static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(200);

    // Whoever has not asked for so long does not watch this node.
    private static readonly TimeSpan ProbeMemory = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _noticed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _key = StoreKey.Create(node.Value.Bot, "everturn", "health", "ready");
    private Task? _read;
    private long? _readAt;
    private long? _probedAt;
    private bool _wasReady = true;
    private volatile bool _stopping;

    /// <summary>Answers a probe. Never throws for what is wrong with the node.</summary>
    public async Task<ReadinessReport> ProbeAsync(CancellationToken cancellationToken)
    {
        var reason = IsStopping() ? "ET3018: the node is stopping." : await AskStoreAsync(cancellationToken);
        if (reason is null && IsStopping())
        {
            reason = "ET3018: the node is stopping.";
        }

        lock (_lock)
        {
            _probedAt = time.GetTimestamp();
            if (_wasReady != reason is null)
            {
                _wasReady = reason is null;
                Changed(reason ?? "the node is ready again.");
            }
        }

        if (reason is not null)
        {
            return new("unready", node.Value.Node, node.Value.Region, reason);
        }

        string[] degradations = [.. parts.Select(part => part.Degradation).OfType<string>()];
        return degradations is []
            ? new("ready", node.Value.Node, node.Value.Region, Reason: null)
            : new("degraded", node.Value.Node, node.Value.Region, Reason: null, degradations);
    }

    /// <summary>Called when a probe has been told that the node stops.</summary>
    public void NoteAnswered(ReadinessReport report)
    {
        if (!report.IsReady && IsStopping())
        {
            _noticed.TrySetResult();
        }
    }

    /// <summary>Declares the node unready and waits until a probe has been told so, if anybody probes.</summary>
    public async Task GiveNoticeAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        long? probedAt;
        lock (_lock)
        {
            _stopping = true;
            probedAt = _probedAt;
        }

        if (probedAt is null || time.GetElapsedTime(probedAt.Value) > ProbeMemory)
        {
            return;
        }

        try
        {
            await _noticed.Task.WaitAsync(patience, time, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
        }
    }

    private bool IsStopping() => _stopping || lifetime.ApplicationStopping.IsCancellationRequested;

    private async Task<string?> AskStoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            await CurrentRead().WaitAsync(host.Value.ReadinessTimeout, time, cancellationToken);
            return null;
        }
        catch (TimeoutException)
        {
            return $"ET3018: the store did not answer within {host.Value.ReadinessTimeout.TotalMilliseconds:0} ms.";
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return $"ET3018: the store failed: {exception.Message}";
        }
    }

    // A read that hangs is waited for by all probes, never joined by a second one.
    private Task CurrentRead()
    {
        lock (_lock)
        {
            var isCurrent = _read is { IsCompleted: false } || (_readAt is { } at && time.GetElapsedTime(at) < Freshness);
            if (!isCurrent)
            {
                _readAt = time.GetTimestamp();
                // On the thread pool, because a driver may block its caller.
                _read = Task.Run(async () => await store.LoadAsync(_key, CancellationToken.None));
            }

            return _read!;
        }
    }

    [LoggerMessage(3001, LogLevel.Warning, "Readiness changed: {Reason}")]
    private partial void Changed(string reason);
}
