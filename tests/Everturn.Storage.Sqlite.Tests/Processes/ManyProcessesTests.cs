using System.Diagnostics;

namespace Everturn.Storage.Sqlite.Tests.Processes;

// Real processes on one file, checkpointing after almost every commit, with the window of the WAL-reset bug held open.
public sealed class ManyProcessesTests : IDisposable
{
    private const int Processes = 4;
    private const int WritesUnderWay = 3;
    private const int Patience = 8;
    private static readonly TimeSpan LongestRound = TimeSpan.FromSeconds(5);

    private readonly TemporaryDirectory _directory = new();
    private readonly List<WorkerProcess> _all = [];
    private int _started;

    public void Dispose()
    {
        foreach (var worker in _all) worker.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Processes_killed_at_work_lose_no_acknowledged_write()
    {
        var running = Enumerable.Range(0, Processes).Select(_ => Start(guarded: true)).ToList();
        var killed = 0;
        for (var round = 0; round < 6; round++)
        {
            var victim = running[round % Processes];
            await UntilAsync(() => victim.AcknowledgedWrites >= 60 + (round * 7), "The worker wrote too little.");
            await victim.KillAsync();
            killed++;
            running[round % Processes] = Start(guarded: true);
        }

        foreach (var worker in running) await UntilAsync(() => worker.AcknowledgedWrites >= 60, "The worker wrote too little.");
        var (windows, commits) = (0, 0);
        foreach (var worker in running)
        {
            var seen = await worker.StopAsync();
            (windows, commits) = (windows + seen.Windows, commits + seen.Commits);
        }

        var ledger = new Ledger();
        foreach (var worker in _all) ledger.Add(worker.Log);
        Assert.Empty(ledger.Check(_directory.File("store.db"), inDoubt: killed * WritesUnderWay));
        Assert.True(ledger.Acknowledged > 600, $"Only {ledger.Acknowledged} writes.");
        Assert.True(windows > 20, $"Only {windows} checkpoints stood in their window.");
        Assert.Equal(0, commits);
        TestContext.Current.TestOutputHelper?.WriteLine($"{ledger.Acknowledged} writes, {windows} checkpoints in their window.");
    }

    // The same workers, whose checkpoints do not take the write lock, must be caught: or the test above shows nothing.
    [Fact]
    public async Task Processes_with_unguarded_checkpoints_are_caught_losing_writes()
    {
        var deadline = Stopwatch.StartNew();
        while (deadline.Elapsed < TimeSpan.FromSeconds(40))
        {
            var database = _directory.File($"unguarded-{_started}.db");
            var running = Enumerable.Range(0, Processes).Select(_ => Start(guarded: false, database)).ToList();
            // A worker that trips over the damage ends with an error, or tries in vain for ever.
            var round = Stopwatch.StartNew();
            while (round.Elapsed < LongestRound && !running.All(worker => worker.HasExited || worker.AcknowledgedWrites >= 200)) await Task.Delay(20);
            foreach (var worker in running) await worker.KillAsync();
            var ledger = new Ledger();
            foreach (var worker in running) ledger.Add(worker.Log);
            var faults = ledger.Check(database, inDoubt: Processes * WritesUnderWay);
            if (faults.Count == 0) continue;
            TestContext.Current.TestOutputHelper?.WriteLine($"After {deadline.Elapsed}: {faults.Count} faults, the first: {faults[0]}");
            return;
        }

        Assert.Fail("Unguarded checkpoints lost nothing: the harness would not show the bug.");
    }

    private WorkerProcess Start(bool guarded, string? database = null)
    {
        var name = $"w{_started++}";
        var worker = new WorkerProcess(database ?? _directory.File("store.db"), _directory.File(name + ".log"), name, guarded, Patience);
        _all.Add(worker);
        return worker;
    }

    private static async Task UntilAsync(Func<bool> condition, string failure)
    {
        for (var watch = Stopwatch.StartNew(); !condition(); await Task.Delay(20))
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), failure);
        }
    }
}
