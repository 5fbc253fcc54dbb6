using Everturn.Testing.Simulation;

namespace Everturn.Cli.Verify;

/// <summary>Judges a run by what clients posted and what the cluster shows in the end. Knows nothing of how the engine works.</summary>
internal static class RunJudge
{
    /// <summary>All violations; empty when the run was as it should be.</summary>
    public static IReadOnlyList<Violation> Judge(RecordedRun run) =>
        [.. run.Conversations.SelectMany(conversation => new ConversationJudge(conversation).Judge()), .. Vacuity(run), .. GapJudge.Judge(run)];

    // A run in which little happened proves little.
    private static IEnumerable<Violation> Vacuity(RecordedRun run)
    {
        var accepted = run.Conversations.Sum(conversation => conversation.Posts.Count(post => post.IsAccepted));
        if (accepted < run.LeastMessages)
        {
            yield return new("vacuity", "all", $"{accepted} messages were accepted, and a run of this length needs {run.LeastMessages}");
        }

        foreach (var kind in run.FaultsAsked.Where(kind => !run.Faults.Any(fault => Is(fault.Kind, kind) && fault.TookEffect)))
        {
            yield return new("vacuity", "all", $"no fault of the kind {FaultKinds.Name(kind)} took effect");
        }

        if (!run.Conversations.SelectMany(conversation => conversation.Posts).Any(post => post.Attempts > 1))
        {
            yield return new("vacuity", "all", "no message was posted more than once");
        }
    }

    private static bool Is(FaultKind kind, FaultKind asked) => kind == asked || (kind == FaultKind.KillRegion && asked == FaultKind.Kill);
}
