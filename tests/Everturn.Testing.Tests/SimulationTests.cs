using System.Diagnostics;
using System.Security.Cryptography;
using Everturn.Testing.Simulation;

namespace Everturn.Testing.Tests;

public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int FixedSeeds = 1000;
    private const int FreshSeeds = 2000;

    // A build without optimizations stops here, with fewer seeds.
    private static readonly TimeSpan LongestFresh = TimeSpan.FromSeconds(40);

    [Fact]
    public void Engine_keeps_its_invariants_over_many_seeds() => Check(Enumerable.Range(1, FixedSeeds), Timeout.InfiniteTimeSpan);

    [Fact]
    public void Engine_keeps_its_invariants_over_seeds_that_nobody_has_tried() =>
        Check(Enumerable.Range(RandomNumberGenerator.GetInt32(1_000_000, int.MaxValue - FreshSeeds), FreshSeeds), LongestFresh);

    [Fact]
    public void Run_is_a_function_of_its_seed()
    {
        Assert.Equal(Simulator.Run(42).Trace(), Simulator.Run(42).Trace());
        Assert.NotEqual(Simulator.Run(42).Trace(), Simulator.Run(43).Trace());
    }

    private void Check(IEnumerable<int> seeds, TimeSpan longest)
    {
        var watch = Stopwatch.StartNew();
        var (count, turns) = (0, 0L);
        var transitions = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var seed in seeds.TakeWhile(_ => longest == Timeout.InfiniteTimeSpan || watch.Elapsed < longest))
        {
            var report = Simulator.Run(seed);
            Assert.True(
                report.Violations.Count == 0,
                $"seed {seed}; again: ./everturn verify --simulate --seeds 1 --first {seed} --trace\n{string.Join('\n', report.Violations)}\n{report.Trace()}");
            count++;
            turns += report.Turns;
            foreach (var (transition, times) in report.Transitions)
            {
                transitions[transition] = transitions.GetValueOrDefault(transition) + times;
            }
        }

        foreach (var (transition, times) in transitions.OrderBy(pair => pair.Value))
        {
            output.WriteLine($"{times,10} {transition}");
        }

        output.WriteLine($"{count} seeds, {turns} turns, {watch.Elapsed.TotalSeconds:0.0} s, {count / watch.Elapsed.TotalMinutes:0} seeds a minute");
        Assert.True(turns > count, $"{turns} turns in {count} runs");
    }
}
