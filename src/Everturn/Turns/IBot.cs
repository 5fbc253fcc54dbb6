namespace Everturn.Turns;

/// <summary>A bot: what happens in a turn.</summary>
/// <remarks>
/// A turn may run more than once before it is committed, each time from fresh state; only the run that is committed
/// counts. So a bot changes nothing but its turn: state through <see cref="TurnContext"/>, words through its Send methods.
/// </remarks>
public interface IBot
{
    /// <summary>Handles one inbound activity. Throwing means that nothing of the turn is committed.</summary>
    Task OnTurnAsync(TurnContext turn, CancellationToken cancellationToken);
}
