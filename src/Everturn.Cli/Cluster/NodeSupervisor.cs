using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Everturn.Cli.Cluster;

/// <summary>Keeps one node as it is wanted: running, and started again when it crashes; or dead, until it is asked for.</summary>
internal sealed partial class NodeSupervisor : IDisposable
{
    private readonly Lock _lock = new();
    private readonly NodePlan _plan;
    private readonly ReadinessProbe _probe;
    private readonly Action<NodeSnapshot> _changed;
    private readonly NodeLog _log;
    private readonly TaskCompletionSource _firstReady = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource _wait = new();
    private Task _run = Task.CompletedTask;
    private NodeProcess? _process;
    private string? _url;
    private NodeState _state = NodeState.Dead;
    private NodeState _stateBeforePause;
    private bool _wanted;

    // Each Start begins a run of its own; Kill and Stop end the one there is, so that a Start right behind them finds it ended.
    private int _runNumber;

    /// <param name="plan">The node.</param>
    /// <param name="probe">Asks a process whether it is ready.</param>
    /// <param name="changed">Told of each change of state, in order, before anything else happens to the node. Must not call back.</param>
    public NodeSupervisor(NodePlan plan, ReadinessProbe probe, Action<NodeSnapshot> changed)
    {
        _plan = plan;
        _probe = probe;
        _changed = changed;
        _log = new NodeLog(plan.LogFile);
    }

    public string Name => _plan.Name;

    public string Region => _plan.Region;

    /// <summary>Completes when the node is ready for the first time; fails with a <see cref="CliException"/> when its first process ends before.</summary>
    public Task FirstReady => _firstReady.Task;

    public NodeSnapshot Snapshot()
    {
        lock (_lock)
        {
            return new(Name, Region, _state, _url, _process?.Id);
        }
    }

    /// <summary>Wants the node to run. A node that waits to be started again after a crash is started now.</summary>
    public void Start()
    {
        lock (_lock)
        {
            if (_wanted)
            {
                _wait.Cancel();
                return;
            }

            _wanted = true;
            _run = RunAsync(_run, ++_runNumber);
        }
    }

    /// <summary>Ends the node's process without a word and leaves it dead. Completes when the process is gone.</summary>
    public async Task KillAsync()
    {
        Task run;
        lock (_lock)
        {
            _wanted = false;
            _wait.Cancel();
            _process?.Kill();
            run = _run;
        }

        await run;
    }

    /// <summary>Stops the node's process where it stands; false when there is none.</summary>
    /// <exception cref="CliException">This system cannot.</exception>
    public bool Pause()
    {
        lock (_lock)
        {
            if (_state == NodeState.Paused)
            {
                return true;
            }

            if (_process is null || !ProcessSignal.Send(_process.Id, ProcessSignal.Stop))
            {
                return false;
            }

            _stateBeforePause = _state;
            Become(NodeState.Paused);
            return true;
        }
    }

    /// <summary>Lets a paused process go on; false when the node is dead.</summary>
    public bool Resume()
    {
        lock (_lock)
        {
            if (_state == NodeState.Paused)
            {
                ProcessSignal.Send(_process!.Id, ProcessSignal.Continue);
                Become(_stateBeforePause);
            }

            return _process is not null;
        }
    }

    /// <summary>Lets the node finish its work and leave; kills it after <paramref name="patience"/>.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        Task run;
        lock (_lock)
        {
            _wanted = false;
            _wait.Cancel();
            Resume();
            _process?.AskToStop();
            run = _run;
        }

        if (await Task.WhenAny(run, Task.Delay(patience)) != run)
        {
            await KillAsync();
        }

        await run;
    }

    public void Dispose()
    {
        _log.Dispose();
        _wait.Dispose();
    }

    private async Task RunAsync(Task before, int number)
    {
        await before;
        await Task.Yield();
        var backoff = new RestartBackoff();
        while (Launch(number) is { } process)
        {
            var started = Stopwatch.GetTimestamp();
            using var gone = new CancellationTokenSource();
            var becomingReady = BecomeReadyAsync(process, gone.Token);
            var exitCode = await process.Exited;
            await gone.CancelAsync();
            MarkDead();
            await becomingReady;
            await process.FlushLogAsync();
            _log.WriteLine($"--- {Name}: process {process.Id} ended with {exitCode}");
            process.Dispose();

            await AfterExitAsync(number, exitCode, backoff.After(Stopwatch.GetElapsedTime(started)));
        }
    }

    private NodeProcess? Launch(int number)
    {
        lock (_lock)
        {
            if (!_wanted || number != _runNumber)
            {
                return null;
            }

            _wait.Dispose();
            _wait = new();
            try
            {
                _process = NodeProcess.Start(_plan, _log);
            }
            catch (Exception exception) when (exception is CliException or IOException or UnauthorizedAccessException)
            {
                _wanted = false;
                _firstReady.TrySetException(exception);
                _log.WriteLine($"--- {Name}: {exception.Message}");
                return null;
            }

            Become(NodeState.Starting);
            return _process;
        }
    }

    private async Task BecomeReadyAsync(NodeProcess process, CancellationToken gone)
    {
        try
        {
            await _probe.WaitAsync(_plan.AnnounceFile, process.Id, Listens, gone);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        lock (_lock)
        {
            if (_process != process)
            {
                return;
            }

            if (_state == NodeState.Paused)
            {
                _stateBeforePause = NodeState.Ready;
            }
            else
            {
                Become(NodeState.Ready);
            }
        }

        _firstReady.TrySetResult();
    }

    private void Listens(string url)
    {
        lock (_lock)
        {
            _url = url;
            _changed(new(Name, Region, _state, _url, _process?.Id));
        }
    }

    private void MarkDead()
    {
        lock (_lock)
        {
            _process = null;
            _url = null;
            Become(NodeState.Dead);
        }
    }

    // Under the lock, so that observers see the changes in the order in which they happened.
    private void Become(NodeState state)
    {
        _state = state;
        _changed(new(Name, Region, _state, _url, _process?.Id));
    }

    private async Task AfterExitAsync(int number, int exitCode, TimeSpan delay)
    {
        CancellationToken wait;
        lock (_lock)
        {
            if (!_wanted || number != _runNumber)
            {
                return;
            }

            // A program that never was ready will not be the next time either.
            if (_firstReady.TrySetException(DiedAtStart(exitCode)))
            {
                _wanted = false;
                return;
            }

            wait = _wait.Token;
        }

        await Task.Delay(delay, wait).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>The last error with a code that the node has logged, such as why its store is not there; null when there is none.</summary>
    public string? LastError() =>
        // A line holds the stack too, which is no use here.
        _log.Tail(200).LastOrDefault(line => Coded().IsMatch(line))?.Split("   at ")[0].Trim();

    [GeneratedRegex(@"\bET[0-9]{4}: ", RegexOptions.NonBacktracking)]
    private static partial Regex Coded();

    private CliException DiedAtStart(int exitCode) =>
        new(ErrorCodes.NodeDiedAtStart, $"node {Name} ended with {exitCode} before it was ready. Its last lines are above; all of them: {_plan.LogFile}")
        {
            // What it said counts here; where in the code it was is in the log.
            Details = [.. _log.Tail(200).Where(line => !line.StartsWith("   at ", StringComparison.Ordinal)).TakeLast(20)],
        };
}
