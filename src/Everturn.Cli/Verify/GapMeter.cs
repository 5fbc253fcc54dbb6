namespace Everturn.Cli.Verify;

/// <summary>Measures how long clients wait for what a dead node owed them.</summary>
internal sealed class GapMeter(IReadOnlyList<RecordedConversation> conversations, IReadOnlyList<InjectedFault> faults)
{
    // Whatever takes longer is not this kill's doing.
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(30);

    // What a node has sent may be under way for a moment after its death.
    private static readonly TimeSpan UnderWay = TimeSpan.FromMilliseconds(500);

    /// <summary>From a kill to the first reply in a conversation whose tender died owing rows.</summary>
    public IEnumerable<TimeSpan> OwedGaps() =>
        from kill in Kills()
        from conversation in conversations
        let owed = OwedReplies(kill, conversation).ToArray()
        where owed.Length > 0
        select owed.Min(reply => reply.SeenAt) - kill.At;

    /// <summary>From a kill to each reply that the dead node had committed and not delivered.</summary>
    public IEnumerable<TimeSpan> Redeliveries() =>
        from kill in Kills()
        from conversation in conversations
        from reply in OwedReplies(kill, conversation)
        select reply.SeenAt - kill.At;

    /// <summary>From a kill to the first reply in each conversation of the dead node in which somebody waited, owed or not.</summary>
    public IEnumerable<TimeSpan> WaitingGaps() =>
        from kill in Kills()
        from conversation in conversations
        let last = conversation.Live.LastOrDefault(seen => !seen.IsEcho && seen.SeenAt < kill.At)
        where last is not null && kill.Nodes.Contains(last.Node, StringComparer.Ordinal)
        let late = LateReplies(kill, conversation).ToArray()
        where late.Length > 0
        select late.Min(reply => reply.SeenAt) - kill.At;

    /// <summary>From each message's first post to its reply.</summary>
    public IEnumerable<TimeSpan> Waits() =>
        from conversation in conversations
        let replies = Replies(conversation)
        from post in conversation.Posts
        where post.IsAccepted && replies.Contains(post.Ids[0])
        select replies[post.Ids[0]].First().SeenAt - post.Begun;

    private IEnumerable<InjectedFault> Kills() => faults.Where(fault => fault.TookEffect && fault.Kind is FaultKind.Kill or FaultKind.KillRegion);

    private static IEnumerable<RecordedActivity> OwedReplies(InjectedFault kill, RecordedConversation conversation) =>
        LateReplies(kill, conversation).Where(reply =>
            kill.Nodes.Contains(reply.Node, StringComparer.Ordinal) && (reply.IsRedelivered || reply.SeenAt > kill.At + UnderWay));

    // Replies to what was posted before the kill, seen after it.
    private static IEnumerable<RecordedActivity> LateReplies(InjectedFault kill, RecordedConversation conversation)
    {
        var replies = Replies(conversation);
        return conversation.Posts.Where(post => post.Begun < kill.At && post.IsAccepted)
            .SelectMany(post => replies[post.Ids[0]].Take(1))
            .Where(reply => reply.SeenAt > kill.At && reply.SeenAt <= kill.At + Aftermath);
    }

    private static ILookup<string, RecordedActivity> Replies(RecordedConversation conversation) =>
        conversation.Live.Where(seen => !seen.IsEcho).ToLookup(seen => seen.ReplyToId ?? "", StringComparer.Ordinal);
}
