using Everturn.Conversations;

namespace Everturn.Turns;

/// <summary>An inbound activity in a mailbox, with somebody waiting for its outcome.</summary>
internal sealed class Letter(InboundActivity inbound, ActivityIdentity identity, Deadline deadline, Action gone)
{
    private readonly TaskCompletionSource<TurnOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public InboundActivity Inbound { get; } = inbound;

    public ActivityIdentity Identity { get; } = identity;

    public Deadline Deadline { get; } = deadline;

    /// <summary>How often the bot has run for it.</summary>
    public int Runs { get; set; }

    /// <summary>Its external calls so far; null before the first run.</summary>
    public Steps? Steps { get; set; }

    /// <summary>What its runs have sent at once; null before the first run.</summary>
    public Ephemerals? Ephemerals { get; set; }

    /// <summary>The stamp of the commit that this node last tried for it; null when it has tried none.</summary>
    public string? Stamp { get; set; }

    /// <summary>Whether it was found committed by this node itself: the answer to the commit was lost.</summary>
    public bool IsOwnCommit { get; set; }

    public Task<TurnOutcome> Outcome => _outcome.Task;

    public bool IsAnswered => _outcome.Task.IsCompleted;

    public void Answer(TurnOutcome outcome)
    {
        if (_outcome.TrySetResult(outcome))
        {
            gone();
            // Nobody waits for what is best effort.
            _ = Ephemerals?.SettleAsync(
                isCommitted: outcome is TurnOutcome.Committed { IsDuplicate: var isDuplicate } && (IsOwnCommit || !isDuplicate),
                isElsewhere: outcome is TurnOutcome.Committed);
        }
    }

    /// <summary>It was not taken: nobody will answer it.</summary>
    public void Drop() => gone();
}
