using System.Globalization;
using Everturn.Testing.Simulation;

namespace Everturn.Cli.Verify;

/// <summary>What came of a campaign. `--json` prints it as it is.</summary>
/// <param name="Passed">Whether no seed broke an invariant, and a campaign has met every transition.</param>
/// <param name="First">The first seed.</param>
/// <param name="Seeds">How many were run.</param>
/// <param name="Turns">Turns committed in all of them.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="SeedsPerMinute">How fast.</param>
/// <param name="Transitions">How often each named transition happened, the rarest first.</param>
/// <param name="Failed">The seeds that broke an invariant.</param>
/// <param name="Missing">The transitions that a campaign of this size should have met and did not.</param>
internal sealed record SimulationSummary(
    bool Passed, int First, int Seeds, long Turns, double Seconds, double SeedsPerMinute, IReadOnlyDictionary<string, long> Transitions, IReadOnlyList<FailedSeed> Failed,
    IReadOnlyList<Violation> Missing)
{
    /// <summary>The summary for a person.</summary>
    public async Task WriteAsync(TextWriter output)
    {
        foreach (var (transition, count) in Transitions)
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{count,12:N0}  {transition}"));
        }

        foreach (var failed in Failed)
        {
            foreach (var violation in failed.Violations)
            {
                await output.WriteLineAsync($"VIOLATION seed {failed.Seed}: {violation}");
            }

            await output.WriteLineAsync($"Again, with all that happened: everturn verify --simulate --seeds 1 --first {failed.Seed} --trace");
        }

        foreach (var missing in Missing)
        {
            await output.WriteLineAsync($"VACUOUS {missing}");
        }

        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{Seeds:N0} seeds from {First}, {Turns:N0} turns, {Seconds:0.0} s, {SeedsPerMinute:N0} seeds a minute"));
        await output.WriteLineAsync(Passed ? "PASS" : "FAIL");
    }
}
