using Everturn.Conversations;
using Everturn.Testing.VirtualTime;
using Everturn.Turns;
using Everturn.Users;

namespace Everturn.Testing.Bots;

/// <summary>Stands around the turns of one node: knows which run is under way, and lets the node die at its steps.</summary>
internal sealed class TurnWatch(Process process, Scheduler scheduler, Faults faults, Action die) : IStepGuard
{
    private readonly Lock _lock = new();
    private readonly List<RunUnderWay> _runs = [];

    /// <summary>What the runs under way wait for.</summary>
    public Waiting Waiting
    {
        get
        {
            lock (_lock)
            {
                return _runs.Count == 0 || process.IsDead ? Waiting.ForTime : _runs.Max(run => run.Waiting);
            }
        }
    }

    /// <summary>A run under way; null when there is none.</summary>
    public RunUnderWay? UnderWay
    {
        get
        {
            lock (_lock)
            {
                return process.IsDead ? null : _runs.LastOrDefault();
            }
        }
    }

    /// <summary>Stands around a runner of bots.</summary>
    public IBotRunner Around(IBotRunner bots) => new Runner(this, bots);

    public Task<ReadOnlyMemory<byte>> StepAsync(string name, Func<Task<ReadOnlyMemory<byte>>> step)
    {
        return AtHomeAsync(StepAtHomeAsync);

        async Task<ReadOnlyMemory<byte>> StepAtHomeAsync()
        {
            var run = RunUnderWay.Current;
            run?.EnterEngine();
            try
            {
                var result = await step();
                return faults.Crashes(CrashPoint.Moment.AfterStep, name) ? await DieAsync() : result;
            }
            finally
            {
                run?.LeaveEngine();
            }
        }
    }

    public async Task<ReadOnlyMemory<byte>> CallAsync(string name, Func<Task<ReadOnlyMemory<byte>>> call)
    {
        if (faults.Crashes(CrashPoint.Moment.BeforeStep, name))
        {
            return await DieAsync();
        }

        var run = RunUnderWay.Current;
        run?.LeaveEngine();
        RunUnderWay.Step = name;
        try
        {
            var result = await call();
            return faults.Crashes(CrashPoint.Moment.AfterStepCall, name) ? await DieAsync() : result;
        }
        finally
        {
            run?.EnterEngine();
        }
    }

    // What the engine does goes on in the node's process, wherever the bot's code has come to by then.
    private Task<ReadOnlyMemory<byte>> AtHomeAsync(Func<Task<ReadOnlyMemory<byte>>> step)
    {
        if (SynchronizationContext.Current == process)
        {
            return step();
        }

        var returned = new TaskCompletionSource<Task<ReadOnlyMemory<byte>>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var context = ExecutionContext.Capture();
        scheduler.Soon(process, () =>
        {
            if (context is null)
            {
                returned.TrySetResult(step());
            }
            else
            {
                ExecutionContext.Run(context, _ => returned.TrySetResult(step()), null);
            }
        });
        return returned.Task.Unwrap();
    }

    // Nothing of a dead process returns.
    private Task<ReadOnlyMemory<byte>> DieAsync()
    {
        die();
        return new TaskCompletionSource<ReadOnlyMemory<byte>>().Task;
    }

    private sealed class Runner(TurnWatch watch, IBotRunner bots) : IBotRunner
    {
        public async Task<BotRun> RunAsync(
            Letter letter, ConversationKey conversation, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> state, long revision, UserStates users, CancellationToken taken = default)
        {
            var run = new RunUnderWay(letter.Inbound, letter.Runs);
            RunUnderWay.Current = run;
            lock (watch._lock)
            {
                watch._runs.Add(run);
            }

            try
            {
                return await bots.RunAsync(letter, conversation, state, revision, users, taken);
            }
            finally
            {
                lock (watch._lock)
                {
                    watch._runs.Remove(run);
                }
            }
        }
    }
}
