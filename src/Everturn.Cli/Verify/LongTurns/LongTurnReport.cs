using System.Globalization;

namespace Everturn.Cli.Verify.LongTurns;

/// <summary>What came of a long turn. `--json` prints it as it is.</summary>
/// <param name="Passed">Whether nothing is wrong.</param>
/// <param name="Seconds">How long the user waited for the answer.</param>
/// <param name="Length">How long the turn takes when nothing happens to it, in seconds.</param>
/// <param name="Killed">The nodes that were killed while they ran the turn, in order.</param>
/// <param name="Replies">How many replies the message got.</param>
/// <param name="Calls">How often each outside call was made, by its name and idempotency key.</param>
/// <param name="Effects">How many reservations and payments there are.</param>
/// <param name="Violations">What is wrong.</param>
/// <param name="Evidence">Where the logs and the store are, when something is wrong.</param>
internal sealed record LongTurnReport(
    bool Passed,
    double Seconds,
    double Length,
    IReadOnlyList<string> Killed,
    int Replies,
    IReadOnlyDictionary<string, int> Calls,
    IReadOnlyDictionary<string, int> Effects,
    IReadOnlyList<string> Violations,
    string? Evidence)
{
    public async Task WriteAsync(TextWriter output)
    {
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"a turn of {Length:0.#} s, answered after {Seconds:0.#} s by {Replies} reply(s)"));
        await output.WriteLineAsync($"killed while they ran it  {string.Join(", ", Killed)}");
        foreach (var (call, count) in Calls)
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"called                    {call}: {count}"));
        }

        await output.WriteLineAsync($"effects                   {string.Join(", ", Effects.Select(effect => string.Create(CultureInfo.InvariantCulture, $"{effect.Value} {effect.Key}")))}");
        foreach (var violation in Violations)
        {
            await output.WriteLineAsync($"VIOLATION {violation}");
        }

        if (Evidence is not null)
        {
            await output.WriteLineAsync($"Evidence: {Evidence}");
        }

        await output.WriteLineAsync(Passed ? "PASS" : "FAIL");
    }
}
