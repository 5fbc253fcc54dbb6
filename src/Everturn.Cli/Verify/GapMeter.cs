namespace Everturn.Cli.Verify;

/// <summary>Measures how long clients wait for what a dead node owed them.</summary>
internal sealed class GapMeter(IReadOnlyList<RecordedConversation> conversations, IReadOnlyList<InjectedFault> faults, IReadOnlyList<Takeover> takeovers)
{
    // Whatever takes longer is not the kill's doing, or was taken over from a later run of the node.
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(20);

    private readonly ILookup<string, Takeover> _takeovers = takeovers.ToLookup(takeover => takeover.Conversation, StringComparer.Ordinal);

    /// <summary>From a kill to the first reply in a conversation whose tender died owing rows, where somebody waited.</summary>
    public IEnumerable<TimeSpan> OwedGaps() =>
        from kill in Kills()
        from conversation in conversations
        where IsOwed(kill, conversation)
        let late = LateReplies(kill, conversation).ToArray()
        where late.Length > 0
        select late.Min(reply => reply.SeenAt) - kill.At;

    /// <summary>From a kill to a reply whose message was accepted before: a crash between commit and delivery.</summary>
    public IEnumerable<TimeSpan> Redeliveries() =>
        from kill in Kills()
        from conversation in conversations
        where IsOwed(kill, conversation)
        from reply in LateReplies(kill, conversation)
        where conversation.Posts.Any(post => post.Answered < kill.At && post.Ids.Contains(reply.ReplyToId, StringComparer.Ordinal))
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

    private bool IsOwed(InjectedFault kill, RecordedConversation conversation) =>
        _takeovers[conversation.Id].Any(takeover =>
            takeover.Rows > 0 && kill.Nodes.Contains(takeover.From, StringComparer.Ordinal) && takeover.At >= kill.At && takeover.At <= kill.At + Aftermath);

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
