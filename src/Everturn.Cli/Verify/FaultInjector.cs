using System.Diagnostics;
using Everturn.Cli.Admin;
using Everturn.Cli.Cluster;
using Everturn.Cli.Verify.Stores;

namespace Everturn.Cli.Verify;

/// <summary>Does to a cluster what the schedule says, and mends it.</summary>
/// <param name="cluster">Whose nodes.</param>
/// <param name="crowd">Who must be in the midst of something when a node dies.</param>
/// <param name="store">The cluster's store.</param>
/// <param name="tell">Told what happens.</param>
internal sealed class FaultInjector(LocalCluster cluster, Crowd crowd, IStoreUnderTest store, Action<string> tell)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);

    private readonly Lock _lock = new();
    private readonly List<InjectedFault> _injected = [];

    public IReadOnlyList<InjectedFault> Injected
    {
        get
        {
            lock (_lock)
            {
                return [.. _injected];
            }
        }
    }

    /// <summary>Runs the schedule; completes when its last fault is mended.</summary>
    public async Task RunAsync(IReadOnlyList<PlannedFault> schedule, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var running = new List<Task>();
        foreach (var fault in schedule)
        {
            var wait = fault.At - clock.Elapsed;
            await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, cancellationToken);
            running.Add(InjectAsync(fault, cancellationToken));
        }

        await Task.WhenAll(running);
    }

    private Task InjectAsync(PlannedFault fault, CancellationToken cancellationToken) => fault.Kind switch
    {
        FaultKind.Kill => KillInARushAsync(fault, cancellationToken),
        FaultKind.KillRegion => KillAsync(fault, "kill-region", "start-region", held: null, cancellationToken),
        FaultKind.Pause => PauseAsync(fault, cancellationToken),
        _ => HarmStoreAsync(fault, cancellationToken),
    };

    private async Task KillInARushAsync(PlannedFault fault, CancellationToken cancellationToken)
    {
        var rush = Task.CompletedTask;
        IAsyncDisposable? held = null;
        try
        {
            if (fault.MidWrite)
            {
                held = await store.CatchBetweenWritesAsync(fault.Target, Rush, cancellationToken);
            }
            else
            {
                await Rush();
            }
        }
        catch (CliException exception)
        {
            // Killed it is, if not just then.
            tell(exception.Message);
        }

        await KillAsync(fault, "kill", "start", held, cancellationToken);
        await rush;

        Task Rush() => rush = crowd.RushAsync(fault.Target, cancellationToken);
    }

    private async Task KillAsync(PlannedFault fault, string action, string cure, IAsyncDisposable? held, CancellationToken cancellationToken)
    {
        var alive = cluster.Snapshot().Where(node => (node.Name == fault.Target || node.Region == fault.Target) && node.ProcessId is not null);
        string[] nodes = [.. alive.Select(node => node.Name)];
        var at = DateTimeOffset.UtcNow;
        await using (held)
        {
            await cluster.ApplyAsync(new FaultRequest(action, fault.Target));
        }

        Tell(fault, nodes);
        await Task.Delay(fault.Duration, cancellationToken);
        await cluster.ApplyAsync(new FaultRequest(cure, fault.Target));
        await WaitUntilReadyAsync(nodes, cancellationToken);
        Note(fault, at, nodes);
    }

    // Killed again meanwhile, a node is ready when that kill is mended.
    private async Task WaitUntilReadyAsync(string[] nodes, CancellationToken cancellationToken)
    {
        var patience = Stopwatch.StartNew();
        while (patience.Elapsed < LocalCluster.StartPatience && cluster.Snapshot().Any(node => nodes.Contains(node.Name) && node.State != NodeState.Ready))
        {
            await Task.Delay(Interval, cancellationToken);
        }
    }

    private async Task PauseAsync(PlannedFault fault, CancellationToken cancellationToken)
    {
        var at = DateTimeOffset.UtcNow;
        var refusal = await cluster.ApplyAsync(new FaultRequest("pause", fault.Target));
        string[] nodes = refusal is null ? [fault.Target] : [];
        Tell(fault, nodes);
        var heldUp = false;
        if (refusal is null)
        {
            var wait = Task.Delay(fault.Duration, cancellationToken);
            heldUp = await store.IsHeldUpAsync(cancellationToken);
            await wait;
            // Refused when a kill ended it meanwhile.
            await cluster.ApplyAsync(new FaultRequest("resume", fault.Target));
        }

        Note(fault, at, nodes, heldUp);
    }

    private async Task HarmStoreAsync(PlannedFault fault, CancellationToken cancellationToken)
    {
        try
        {
            var harm = await store.HarmAsync(fault.Kind, fault.Target, cancellationToken);
            if (harm is null)
            {
                await crowd.RushAsync(fault.Target, cancellationToken);
                await PauseAsync(fault, cancellationToken);
                return;
            }

            await using (harm)
            {
                var at = DateTimeOffset.UtcNow;
                Tell(fault, [fault.Target]);
                await Task.Delay(fault.Duration, cancellationToken);
                Note(fault, at, [fault.Target], heldStoreUp: true);
            }
        }
        catch (CliException exception)
        {
            tell(exception.Message);
            Note(fault, DateTimeOffset.UtcNow, []);
        }
    }

    private void Tell(PlannedFault fault, string[] nodes) => tell($"{fault}{(nodes.Length > 0 ? "" : ": nothing to hurt just now")}");

    private void Note(PlannedFault fault, DateTimeOffset at, string[] nodes, bool heldStoreUp = false)
    {
        var injected = new InjectedFault(fault.Kind, fault.Target, at, DateTimeOffset.UtcNow, nodes, nodes.Length > 0) { HeldStoreUp = heldStoreUp };
        lock (_lock)
        {
            _injected.Add(injected);
        }
    }
}
