using System.Globalization;
using Everturn.Testing.Simulation;

namespace Everturn.Cli.Verify;

/// <summary>Judges how soon the others have done what a killed node owed.</summary>
internal static class GapJudge
{
    // A shorter run may kill its few nodes at moments when they owe nothing.
    private static readonly TimeSpan LongEnough = TimeSpan.FromMinutes(2);

    public static IEnumerable<Violation> Judge(RecordedRun run)
    {
        var meter = new GapMeter(run);
        var first = meter.OwedGaps().Where(gap => gap.Excuse is null).ToArray();
        if (first.Length == 0 && run.Length >= LongEnough && run.FaultsAsked.Contains(FaultKind.Kill))
        {
            yield return new("vacuity", "all", "no node was killed that owed replies, so that it is not known how soon others take over");
        }

        foreach (var gap in first.Where(gap => gap.Time > run.Limits.FirstReply))
        {
            yield return Violation(gap, "the first reply", run.Limits.FirstReply, "--gap-limit");
        }

        foreach (var gap in meter.Redeliveries().Where(gap => gap.Excuse is null && gap.Time > run.Limits.EachReply))
        {
            yield return Violation(gap, "a reply", run.Limits.EachReply, "--redelivery-limit");
        }
    }

    private static Violation Violation(Gap gap, string what, TimeSpan limit, string option) => new(
        "gap", gap.Conversation, string.Create(
            CultureInfo.InvariantCulture,
            $"{what} that {gap.Target} owed when it was killed at {gap.KilledAt:HH:mm:ss.fff} came after {gap.Time.TotalSeconds:0.000} s; the limit is {limit.TotalSeconds:0.###} s ({option})"));
}
