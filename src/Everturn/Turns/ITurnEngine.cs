namespace Everturn.Turns;

/// <summary>Runs turns: what an inbound endpoint hands its activities to.</summary>
public interface ITurnEngine
{
    /// <summary>Processes an activity once: runs the bot, commits, and returns what to tell the channel.</summary>
    /// <remarks>
    /// Calls for one conversation are taken in the order in which they are made. Returns after the commit; delivery of
    /// the replies goes on by itself. The bot's exceptions and the store's failures are outcomes.
    /// </remarks>
    /// <param name="inbound">The activity.</param>
    /// <param name="cancellationToken">Stops the wait, not the turn: once begun, it is committed or not as if nobody had left.</param>
    ValueTask<TurnOutcome> ProcessAsync(InboundActivity inbound, CancellationToken cancellationToken);
}
