using System.Diagnostics;
using System.Globalization;
using Everturn.Testing.Simulation;

namespace Everturn.Cli.Verify;

/// <summary>`everturn verify --simulate`: the engine in its simulation, over many seeds.</summary>
/// <param name="first">The first seed.</param>
/// <param name="seeds">How many.</param>
/// <param name="threads">How many runs at a time. Each run keeps to its thread and shares nothing.</param>
internal sealed class SimulationCampaign(int first, int seeds, int threads)
{
    private static readonly TimeSpan BetweenWords = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _transitions = new(StringComparer.Ordinal);
    private readonly List<FailedSeed> _failed = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _lastWord;
    private int _done;
    private long _turns;

    /// <summary>Runs all seeds, or until the first that breaks an invariant.</summary>
    /// <param name="tell">Told how far it is, now and then.</param>
    /// <param name="cancellationToken">Ends the campaign early.</param>
    /// <exception cref="OperationCanceledException">Ended early.</exception>
    public SimulationSummary Run(Action<string> tell, CancellationToken cancellationToken)
    {
        Parallel.For(first, first + seeds, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken }, (seed, loop) =>
        {
            var report = Simulator.Run(seed);
            lock (_lock)
            {
                Add(report, tell);
            }

            if (report.Violations.Count > 0)
            {
                loop.Stop();
            }
        });

        var missing = Coverage.Missing(_done, _transitions);
        return new(
            _failed.Count == 0 && missing.Count == 0, first, _done, _turns, Math.Round(_clock.Elapsed.TotalSeconds, 1), Math.Round(_done / _clock.Elapsed.TotalMinutes),
            _transitions.OrderBy(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal), _failed, missing);
    }

    private void Add(SimulationReport report, Action<string> tell)
    {
        _done++;
        _turns += report.Turns;
        foreach (var (transition, count) in report.Transitions)
        {
            _transitions[transition] = _transitions.GetValueOrDefault(transition) + count;
        }

        if (report.Violations.Count > 0)
        {
            _failed.Add(new(report.Seed, report.Violations, report.Trace()));
        }

        if (_clock.Elapsed - _lastWord >= BetweenWords)
        {
            _lastWord = _clock.Elapsed;
            tell(string.Create(CultureInfo.InvariantCulture, $"{_done:N0} of {seeds:N0} seeds, {_turns:N0} turns, {_done / _clock.Elapsed.TotalMinutes:N0} seeds a minute"));
        }
    }
}
