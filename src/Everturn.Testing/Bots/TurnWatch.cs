using Everturn.Conversations;
using Everturn.Testing.VirtualTime;
using Everturn.Turns;
using Everturn.Users;

namespace Everturn.Testing.Bots;

/// <summary>Stands around the turns of one node: knows which run is under way, and lets the node die at its steps.</summary>
/// <param name="process">The node's.</param>
/// <param name="scheduler">Virtual time.</param>
/// <param name="time">The node's clock.</param>
/// <param name="faults">What goes wrong.</param>
/// <param name="checks">Runs every turn twice; null when nobody does.</param>
/// <param name="die">Ends the node.</param>
internal sealed class TurnWatch(Process process, Scheduler scheduler, TimeProvider time, Faults faults, Func<RerunCheck?> checks, Action die) : IStepGuard
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

    private RerunCheck? Check => checks();

    private TimeProvider Time => time;

    /// <summary>Stands around a runner of bots.</summary>
    public IBotRunner Around(IBotRunner bots) => new Runner(this, bots);

    /// <summary>Watches what the test itself does on the node, which waits for virtual time at times, and at times for others.</summary>
    public async Task WatchAsync(Task work)
    {
        var run = new RunUnderWay("what the test does on a node");
        run.CountLimits(1);
        Begin(run);
        try
        {
            await work;
        }
        finally
        {
            End(run);
        }
    }

    public Task<ReadOnlyMemory<byte>> StepAsync(string name, Func<Task<ReadOnlyMemory<byte>>> step)
    {
        return AtHomeAsync(StepAtHomeAsync);

        async Task<ReadOnlyMemory<byte>> StepAtHomeAsync()
        {
            var run = RunUnderWay.Current;
            run?.TakeStep(name);
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
        var run = RunUnderWay.Current;
        run?.CallStep(name);
        if (faults.Crashes(CrashPoint.Moment.BeforeStep, name))
        {
            return await DieAsync();
        }

        run?.LeaveEngine();
        RunUnderWay.Step = name;
        var hasReturned = false;
        try
        {
            var result = await call();
            hasReturned = true;
            return faults.Crashes(CrashPoint.Moment.AfterStepCall, name) ? await DieAsync() : result;
        }
        finally
        {
            run?.StepCalled(name, failed: !hasReturned);
            run?.EnterEngine();
        }
    }

    private void Begin(RunUnderWay run)
    {
        lock (_lock)
        {
            _runs.Add(run);
        }
    }

    private void End(RunUnderWay run)
    {
        lock (_lock)
        {
            _runs.Remove(run);
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
        // The second run has time of its own.
        private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

        public async Task<BotRun> RunAsync(
            Letter letter,
            ConversationKey conversation,
            IReadOnlyDictionary<string, ReadOnlyMemory<byte>> state,
            long revision,
            UserStates users,
            EarlierActivities earlier,
            CancellationToken taken = default)
        {
            if (ExecutionContext.IsFlowSuppressed())
            {
                // So that the run under way is known behind its awaits as well.
                await Task.Yield();
            }

            var what = $"the turn of {Story.Of(letter.Inbound.Activity)}";
            if (watch.Check is not { } check)
            {
                return await RunOnceAsync(new(what), letter, users);
            }

            var runs = new TwoRuns();
            var usersAgain = users.Fork();
            var first = await RunOnceAsync(new(what, runs, check), letter, users);
            if (first is BotRun.Late or BotRun.Superseded)
            {
                return first;
            }

            runs.IsSecond = true;
            var again = new Letter(letter.Inbound, letter.Identity, new(watch.Time, Longest), static () => { })
            {
                Runs = letter.Runs + 1,
                Steps = letter.Steps,
                Ephemerals = letter.Ephemerals,
            };
            var run = new RunUnderWay(what, runs, check);
            var second = await RunOnceAsync(run, again, usersAgain);
            if (second is not BotRun.Superseded && runs.AreComparable)
            {
                check.Ended(run, runs, first, second, users, usersAgain);
            }

            return first;

            async Task<BotRun> RunOnceAsync(RunUnderWay run, Letter letter, UserStates users)
            {
                RunUnderWay.Current = run;
                watch.Begin(run);
                try
                {
                    return await bots.RunAsync(letter, conversation, state, revision, users, earlier, taken);
                }
                finally
                {
                    watch.End(run);
                }
            }
        }
    }
}
