namespace Everturn.Turns;

/// <summary>Continues a turn with the next middleware, and with the bot behind the last.</summary>
public delegate Task TurnDelegate(CancellationToken cancellationToken);

/// <summary>Code around every turn of a bot, inside its transaction.</summary>
public interface IMiddleware
{
    /// <summary>Handles a turn and calls <paramref name="next"/> to go on; without that call the bot does not run.</summary>
    Task OnTurnAsync(TurnContext turn, TurnDelegate next, CancellationToken cancellationToken);
}
