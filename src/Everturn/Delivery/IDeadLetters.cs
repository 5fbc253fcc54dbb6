namespace Everturn.Delivery;

/// <summary>The activities that the engine has given up on, for a person to look at, to replay or to drop.</summary>
public interface IDeadLetters
{
    /// <summary>All dead letters of the bot, by channel and conversation.</summary>
    IAsyncEnumerable<DeadLetter> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>One dead letter; null when there is none of this id.</summary>
    Task<DeadLetter?> FindAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Puts an activity back into its conversation's queue, or a reply back into its outbox, and deletes the letter. It happens
    /// once, however often it is asked for; false when there is no letter of this id. An activity's calls whose results are known are not
    /// made again, and the others have the idempotency keys that they had.
    /// </summary>
    /// <exception cref="InvalidOperationException">It cannot be put back just now (ET1029); the letter is kept.</exception>
    Task<bool> ReplayAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Deletes a dead letter for good; false when there is none of this id.</summary>
    Task<bool> DropAsync(string id, CancellationToken cancellationToken = default);
}
