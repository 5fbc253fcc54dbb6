using System.Diagnostics;
using Everturn.Testing.Simulation;

namespace Everturn.Testing.Tests;

public sealed class SimulationTests(ITestOutputHelper output)
{
    [Fact]
    public void Engine_keeps_its_invariants_over_many_seeds()
    {
        var watch = Stopwatch.StartNew();
        long turns = 0;
        var transitions = new Dictionary<string, long>(StringComparer.Ordinal);
        const int Seeds = 1000;
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var report = Simulator.Run(seed);
            turns += report.Turns;
            foreach (var (transition, count) in report.Transitions)
            {
                transitions[transition] = transitions.GetValueOrDefault(transition) + count;
            }

            Assert.True(report.Violations.Count == 0, $"seed {seed}:\n{string.Join('\n', report.Violations)}\n{report.Trace()}");
        }

        foreach (var (transition, count) in transitions.OrderBy(pair => pair.Value))
        {
            output.WriteLine($"{count,10} {transition}");
        }

        output.WriteLine($"{Seeds} seeds, {turns} turns, {watch.Elapsed.TotalSeconds:0.0} s, {Seeds / watch.Elapsed.TotalMinutes:0} seeds a minute");
    }

    [Fact]
    public void Run_is_a_function_of_its_seed()
    {
        Assert.Equal(Simulator.Run(42).Trace(), Simulator.Run(42).Trace());
        Assert.NotEqual(Simulator.Run(42).Trace(), Simulator.Run(43).Trace());
    }
}
