namespace Everturn.Cli.Verify;

/// <summary>Measures how long clients wait for what a dead node owed them.</summary>
internal sealed class GapMeter(RecordedRun run)
{
    // What has waited longer was held up by more than this kill.
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(30);

    // What a node has sent may be under way for a moment after its death.
    private static readonly TimeSpan UnderWay = TimeSpan.FromMilliseconds(500);

    // A node leaves a store that has failed alone for as long.
    private static readonly TimeSpan StoreLeftAlone = TimeSpan.FromSeconds(2);

    private readonly InjectedFault[] _faults = [.. run.Faults.Where(fault => fault.TookEffect)];

    /// <summary>From a kill to the first reply in a conversation whose tender died owing rows.</summary>
    public IEnumerable<Gap> OwedGaps() =>
        from kill in Kills()
        from conversation in run.Conversations
        let owed = OwedReplies(kill, conversation).ToArray()
        where owed.Length > 0
        select Measure(kill, conversation, owed.MinBy(reply => reply.SeenAt)!);

    /// <summary>From a kill to each reply that the dead node had committed and not delivered.</summary>
    public IEnumerable<Gap> Redeliveries() =>
        from kill in Kills()
        from conversation in run.Conversations
        from reply in OwedReplies(kill, conversation)
        select Measure(kill, conversation, reply);

    /// <summary>From a kill to the first reply in each conversation of the dead node in which somebody waited, owed or not.</summary>
    public IEnumerable<TimeSpan> WaitingGaps() =>
        from kill in Kills()
        from conversation in run.Conversations
        let last = conversation.Live.LastOrDefault(seen => !seen.IsEcho && seen.SeenAt < kill.At)
        where last is not null && kill.Nodes.Contains(last.Node, StringComparer.Ordinal)
        let late = LateReplies(kill, conversation).Where(late => late.Reply.SeenAt <= kill.At + Aftermath).ToArray()
        where late.Length > 0
        select late.Min(late => late.Reply.SeenAt) - kill.At;

    /// <summary>From each message's first post to its reply.</summary>
    public IEnumerable<TimeSpan> Waits() =>
        from conversation in run.Conversations
        let replies = Replies(conversation)
        from post in conversation.Posts
        where post.IsAccepted && replies.Contains(post.Ids[0])
        select replies[post.Ids[0]].First().SeenAt - post.Begun;

    private IEnumerable<InjectedFault> Kills() => _faults.Where(fault => fault.Kind is FaultKind.Kill or FaultKind.KillRegion);

    private Gap Measure(InjectedFault kill, RecordedConversation conversation, RecordedActivity reply) =>
        new(conversation.Id, kill.Target, kill.At, reply.SeenAt - kill.At, Excuse(kill.At, reply.SeenAt));

    private string? Excuse(DateTimeOffset from, DateTimeOffset to)
    {
        var meanwhile = _faults.Where(fault => fault.At < to && fault.Until + (fault.HeldStoreUp ? StoreLeftAlone : TimeSpan.Zero) > from).ToArray();
        if (Array.Find(meanwhile, fault => fault.HeldStoreUp) is { } harm)
        {
            return $"{FaultKinds.Name(harm.Kind)} {harm.Target}";
        }

        // Nodes go only when a fault begins, so there was a node all the time if there was one at each of these moments.
        var moments = meanwhile.Select(fault => fault.At > from ? fault.At : from);
        return moments.Any(moment => run.Nodes.All(node => IsGone(node, moment))) ? "no node was left" : null;
    }

    private bool IsGone(string node, DateTimeOffset at) => _faults.Any(fault => fault.At <= at && at < fault.Until && fault.Nodes.Contains(node, StringComparer.Ordinal));

    // Committed before the kill, for all that is known: the client had been told so, or the node was not back yet to commit it.
    private static IEnumerable<RecordedActivity> OwedReplies(InjectedFault kill, RecordedConversation conversation) =>
        from late in LateReplies(kill, conversation)
        where kill.Nodes.Contains(late.Reply.Node, StringComparer.Ordinal)
            && (late.Post.Answered < kill.At || late.Reply.SeenAt < kill.Until)
            && (late.Reply.IsRedelivered || late.Reply.SeenAt > kill.At + UnderWay)
        select late.Reply;

    // Replies to what was posted before the kill, seen after it.
    private static IEnumerable<(RecordedPost Post, RecordedActivity Reply)> LateReplies(InjectedFault kill, RecordedConversation conversation)
    {
        var replies = Replies(conversation);
        return
            from post in conversation.Posts
            where post.Begun < kill.At && post.IsAccepted
            from reply in replies[post.Ids[0]].Take(1)
            where reply.SeenAt > kill.At
            select (post, reply);
    }

    private static ILookup<string, RecordedActivity> Replies(RecordedConversation conversation) =>
        conversation.Live.Where(seen => !seen.IsEcho).ToLookup(seen => seen.ReplyToId ?? "", StringComparer.Ordinal);
}
