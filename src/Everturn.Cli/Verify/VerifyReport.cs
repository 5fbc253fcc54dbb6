using System.Globalization;
using Everturn.Testing.Simulation;

namespace Everturn.Cli.Verify;

/// <summary>What came of a run: the counts, the times and the verdict. `--json` prints it as it is.</summary>
internal sealed record VerifyReport(
    bool Passed,
    int Seed,
    double Seconds,
    string Store,
    int Nodes,
    int Conversations,
    int MessagesAccepted,
    int Replies,
    int Redelivered,
    int PostsRepeated,
    int PostsLostWithTwoNodes,
    long TurnsCommitted,
    long ReRuns,
    long DuplicatesRefused,
    long Takeovers,
    long UnknownCommits,
    long StoreFailures,
    long AnsweredUnavailable,
    long AmbiguousDeliveries,
    IReadOnlyDictionary<string, int> Faults,
    Durations OwedGapAfterKill,
    int OwedGapsExcused,
    Durations WaitingGapAfterKill,
    Durations RedeliveryAfterKill,
    int RedeliveriesExcused,
    Durations WaitForReply,
    IReadOnlyList<Violation> Violations,
    string? Evidence)
{
    private const int MostShown = 20;

    public static VerifyReport Of(VerifyOptions options, RecordedRun run, LogTally tally, IReadOnlyList<Violation> violations, TimeSpan took, string? evidence)
    {
        var meter = new GapMeter(run);
        var (gaps, redeliveries) = (meter.OwedGaps().ToArray(), meter.Redeliveries().ToArray());
        var posts = run.Conversations.SelectMany(conversation => conversation.Posts).ToArray();
        return new(
            violations.Count == 0,
            options.Seed,
            Math.Round(took.TotalSeconds, 1),
            options.Scheme,
            options.Cluster.Regions.Count * options.Cluster.NodesPerRegion,
            run.Conversations.Count,
            posts.Count(post => post.IsAccepted),
            run.Conversations.Sum(conversation => conversation.Transcript?.Count(activity => !activity.IsEcho) ?? 0),
            run.Conversations.Sum(conversation => conversation.Transcript?.Count(activity => activity is { IsEcho: false, IsRedelivered: true }) ?? 0),
            posts.Sum(post => post.Attempts - 1),
            posts.Sum(post => post.LostTwice),
            tally.Turns,
            tally.ReRuns,
            tally.DuplicatesRefused,
            tally.Takeovers,
            tally.UnknownCommits,
            tally.StoreFailures,
            tally.Unavailable,
            tally.AmbiguousDeliveries,
            run.Faults.Where(fault => fault.TookEffect).GroupBy(fault => fault.Kind)
                .ToDictionary(group => FaultKinds.Name(group.Key), group => group.Count(), StringComparer.Ordinal),
            Judged(gaps),
            gaps.Count(gap => gap.Excuse is not null),
            Durations.Of(meter.WaitingGaps()),
            Judged(redeliveries),
            redeliveries.Count(gap => gap.Excuse is not null),
            Durations.Of(meter.Waits()),
            violations,
            evidence);
    }

    /// <summary>The report for a person.</summary>
    public async Task WriteAsync(TextWriter output)
    {
        foreach (var (name, value) in Rows())
        {
            await output.WriteLineAsync($"{name,-38}{value}");
        }

        foreach (var violation in Violations.Take(MostShown))
        {
            await output.WriteLineAsync($"VIOLATION {violation}");
        }

        if (Violations.Count > MostShown)
        {
            await output.WriteLineAsync($"and {Violations.Count - MostShown} more");
        }

        if (Evidence is not null)
        {
            await output.WriteLineAsync($"All that was recorded, the logs and the store: {Evidence}");
        }

        await output.WriteLineAsync(Passed ? "PASS" : $"FAIL: {Violations.Count} violation(s), seed {Seed}");
    }

    private IEnumerable<(string Name, string Value)> Rows()
    {
        yield return ("seed", Number(Seed));
        yield return ("nodes, store", $"{Nodes}, {Store}");
        yield return ("conversations", Number(Conversations));
        yield return ("messages accepted", Number(MessagesAccepted));
        yield return ("replies", Number(Replies));
        yield return ("replies delivered by another node", Number(Redelivered));
        yield return ("posts repeated by clients", Number(PostsRepeated));
        yield return ("  of them after two nodes lost (502)", Number(PostsLostWithTwoNodes));
        yield return ("turns committed (nodes' logs)", Number(TurnsCommitted));
        yield return ("turns run again (logs)", Number(ReRuns));
        yield return ("duplicates refused (logs)", Number(DuplicatesRefused));
        yield return ("takeovers (logs)", Number(Takeovers));
        yield return ("commits of unknown outcome (logs)", Number(UnknownCommits));
        yield return ("store calls failed (logs)", Number(StoreFailures));
        yield return ("answered 503 (logs)", Number(AnsweredUnavailable));
        yield return ("ambiguous deliveries (logs)", Number(AmbiguousDeliveries));
        foreach (var (kind, count) in Faults.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            yield return ($"faults: {kind}", Number(count));
        }

        yield return ("kill to first reply, rows owed", Text(OwedGapAfterKill, OwedGapsExcused));
        yield return ("kill to first reply, anybody waiting", Text(WaitingGapAfterKill));
        yield return ("kill to each reply owed", Text(RedeliveryAfterKill, RedeliveriesExcused));
        yield return ("post to reply", Text(WaitForReply));
    }

    private static Durations Judged(IEnumerable<Gap> gaps) => Durations.Of(gaps.Where(gap => gap.Excuse is null).Select(gap => gap.Time));

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Text(Durations times, int excused = 0) => (times.Count == 0
        ? "none"
        : string.Create(CultureInfo.InvariantCulture, $"{times.Count:N0} times, median {times.MedianSeconds:0.000} s, longest {times.MaxSeconds:0.000} s"))
        + (excused == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; {excused:N0} more under another fault, not judged"));
}
