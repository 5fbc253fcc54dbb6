namespace Everturn.Testing.Simulation;

/// <summary>Judges whether a campaign of many seeds has met everything that it is there to try.</summary>
public static class Coverage
{
    /// <summary>From how many seeds on a campaign must have met every transition.</summary>
    public const int SeedsOfACampaign = 20_000;

    /// <summary>How often at least.</summary>
    public const int Least = 1000;

    /// <summary>The named transitions, each of which a campaign must meet.</summary>
    public static IReadOnlyList<string> Transitions { get; } =
    [
        "activity deleted",
        "activity updated",
        "activity went to dead letters",
        "batch with a failing turn",
        "call accepted",
        "call accepted before",
        "call in an unknown conversation",
        "call repeated",
        "change delivered again",
        "change of a deleted activity rejected",
        "change of a forgotten activity refused",
        "change of a held reply dropped",
        "change of an unconfirmed activity",
        "conversation expired",
        "dead letter replayed",
        "death reported to the others",
        "delivery ambiguous",
        "delivery delayed by the channel",
        "duplicate answered as recorded",
        "given up at the deadline",
        "inbox full",
        "journal race",
        "late write fenced",
        "late write took effect",
        "mailbox full",
        "node killed by what it ran",
        "node of a newer format",
        "node of a newer format that others may not write",
        "outbox full",
        "queue full",
        "queued turn attempted",
        "queued turn attempted again",
        "queued turn committed",
        "reply held for a person",
        "row delivered again",
        "several turns in one commit",
        "step not called again",
        "stopped with everything delivered",
        "store call failed",
        "store left alone by the circuit",
        "taken over from a silent or dead node",
        "taken over from nobody",
        "taken over under a pause",
        "taken over with a queue",
        "takeover refused",
        "term refused",
        "timer cancelled",
        "timer fired",
        "tombstone deleted",
        "tombstone met",
        "too many timers",
        "turn refused: Duplicate",
        "turn refused: RevisionMoved",
        "turn refused: UserStateMoved",
        "uncertain write vanished",
        .. FlowCoverage.Transitions,
    ];

    /// <summary>What is missing: the transitions rarer than <see cref="Least"/>. Nothing is missed in fewer than <see cref="SeedsOfACampaign"/> seeds.</summary>
    /// <param name="seeds">How many seeds were run.</param>
    /// <param name="counts">How often each transition happened in all of them.</param>
    public static IReadOnlyList<Violation> Missing(int seeds, IReadOnlyDictionary<string, long> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        return seeds < SeedsOfACampaign
            ? []
            : [.. Transitions
                .Where(transition => counts.GetValueOrDefault(transition) < Least)
                .Select(transition => new Violation("coverage", "the campaign", $"'{transition}' happened {counts.GetValueOrDefault(transition)} times in {seeds} seeds, and must {Least} times"))];
    }

    /// <summary>Counts the transitions that show in what lasted.</summary>
    internal static void Count(History history, IReadOnlyList<ConversationHistory> conversations)
    {
        foreach (var conversation in conversations)
        {
            if (SimulatedFlows.Own(conversation.Id))
            {
                new FlowCoverage(history, conversation).Count();
            }

            foreach (var _ in conversation.Cancelled)
            {
                history.Count("timer cancelled");
            }

            foreach (var write in conversation.Lives.SelectMany(life => life.Writes))
            {
                if (write.Before?.Record?.EndedUntil is not null && write.Record!.EndedUntil is null)
                {
                    history.Count("tombstone met");
                }
            }
        }
    }
}
