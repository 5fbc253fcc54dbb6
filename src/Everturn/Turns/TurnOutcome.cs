namespace Everturn.Turns;

/// <summary>What the channel is told of an activity.</summary>
public abstract record TurnOutcome
{
    private TurnOutcome()
    {
    }

    /// <summary>The turn is committed, now or when the activity came before.</summary>
    /// <param name="Answer">What an invoke or an expectReplies activity is answered; null for all others.</param>
    /// <param name="IsDuplicate">Whether the activity had been processed before, so that nothing ran.</param>
    public sealed record Committed(TurnAnswer? Answer, bool IsDuplicate) : TurnOutcome;

    /// <summary>The activity is committed to the queue, now or when it came before; its turn comes by itself and needs no further request.</summary>
    /// <param name="IsDuplicate">Whether it had been accepted before.</param>
    public sealed record Queued(bool IsDuplicate) : TurnOutcome;

    /// <summary>The bot threw and nothing was committed.</summary>
    /// <param name="Exception">What the bot threw.</param>
    public sealed record Failed(Exception Exception) : TurnOutcome;

    /// <summary>The node could not commit in time; the channel may send the activity again. A save may still be in doubt.</summary>
    /// <param name="Reason">For the log and the answer's body.</param>
    /// <param name="RetryAfter">When to try again.</param>
    public sealed record Unavailable(string Reason, TimeSpan RetryAfter) : TurnOutcome;

    /// <summary>The activity can never be processed; nothing was committed.</summary>
    /// <param name="Reason">What is wrong with it and the cure, with an error code.</param>
    public sealed record Refused(string Reason) : TurnOutcome;
}
