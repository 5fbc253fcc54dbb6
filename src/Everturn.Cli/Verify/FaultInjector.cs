using System.Diagnostics;
using Everturn.Cli.Admin;
using Everturn.Cli.Cluster;

namespace Everturn.Cli.Verify;

/// <summary>Does to a cluster what the schedule says, and mends it.</summary>
/// <param name="cluster">Whose nodes.</param>
/// <param name="crowd">Who must be in the midst of something when a node dies.</param>
/// <param name="storeFile">The file of the store.</param>
/// <param name="tell">Told what happens.</param>
internal sealed class FaultInjector(LocalCluster cluster, Crowd crowd, string storeFile, Action<string> tell)
{
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

    private async Task InjectAsync(PlannedFault fault, CancellationToken cancellationToken)
    {
        switch (fault.Kind)
        {
            case FaultKind.Kill:
                await KillInARushAsync(fault, cancellationToken);
                break;
            case FaultKind.KillRegion:
                await KillAsync(fault, "kill-region", "start-region", cancellationToken);
                break;
            case FaultKind.Pause:
                await PauseAsync(fault, cancellationToken);
                break;
            default:
                await HoldStoreAsync(fault, cancellationToken);
                break;
        }
    }

    private async Task KillInARushAsync(PlannedFault fault, CancellationToken cancellationToken)
    {
        var rush = crowd.RushAsync(fault.Target, cancellationToken);
        StoreLock? held = null;
        if (fault.MidWrite)
        {
            try
            {
                held = await Task.Run(() => StoreLock.Take(storeFile), cancellationToken);
            }
            catch (CliException exception)
            {
                // Killed it is, if not just then.
                tell(exception.Message);
            }
        }
        else
        {
            await rush;
        }

        await KillAsync(fault, "kill", "start", cancellationToken, () => held?.Dispose());
        await rush;
    }

    private async Task KillAsync(PlannedFault fault, string action, string cure, CancellationToken cancellationToken, Action? killed = null)
    {
        var alive = cluster.Snapshot().Where(node => (node.Name == fault.Target || node.Region == fault.Target) && node.ProcessId is not null);
        string[] nodes = [.. alive.Select(node => node.Name)];
        var at = DateTimeOffset.UtcNow;
        try
        {
            await cluster.ApplyAsync(new FaultRequest(action, fault.Target));
        }
        finally
        {
            killed?.Invoke();
        }

        Note(fault, at, nodes);
        await Task.Delay(fault.Duration, cancellationToken);
        await cluster.ApplyAsync(new FaultRequest(cure, fault.Target));
    }

    private async Task PauseAsync(PlannedFault fault, CancellationToken cancellationToken)
    {
        var at = DateTimeOffset.UtcNow;
        var refusal = await cluster.ApplyAsync(new FaultRequest("pause", fault.Target));
        Note(fault, at, refusal is null ? [fault.Target] : []);
        if (refusal is null)
        {
            await Task.Delay(fault.Duration, cancellationToken);
            // Refused when a kill ended it meanwhile.
            await cluster.ApplyAsync(new FaultRequest("resume", fault.Target));
        }
    }

    private async Task HoldStoreAsync(PlannedFault fault, CancellationToken cancellationToken)
    {
        try
        {
            // Waiting for the lock blocks a thread.
            using var held = await Task.Run(() => StoreLock.Take(storeFile), cancellationToken);
            Note(fault, DateTimeOffset.UtcNow, [fault.Target]);
            await Task.Delay(fault.Duration, cancellationToken);
        }
        catch (CliException exception)
        {
            tell(exception.Message);
            Note(fault, DateTimeOffset.UtcNow, []);
        }
    }

    private void Note(PlannedFault fault, DateTimeOffset at, string[] nodes)
    {
        var injected = new InjectedFault(fault.Kind, fault.Target, at, nodes, nodes.Length > 0);
        lock (_lock)
        {
            _injected.Add(injected);
        }

        tell($"{fault}{(injected.TookEffect ? "" : ": nothing to hurt just now")}");
    }
}
