namespace Everturn.Turns;

/// <summary>Says something to the user when a bot throws.</summary>
public interface ITurnErrorHandler
{
    /// <summary>
    /// Handles a turn whose bot threw. <paramref name="turn"/> begins anew: nothing that the bot did or sent is in it. What
    /// is done here is committed as the turn of that activity. Throwing means that nothing is.
    /// </summary>
    Task OnTurnErrorAsync(TurnContext turn, Exception exception, CancellationToken cancellationToken);
}
