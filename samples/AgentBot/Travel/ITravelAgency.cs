using AgentBot.Agents;

namespace AgentBot.Travel;

/// <summary>A travel agency's back end. It does a thing once for each idempotency key, and gives the same answer to a repetition.</summary>
internal interface ITravelAgency
{
    /// <summary>All trips.</summary>
    IReadOnlyList<Trip> Trips { get; }

    /// <summary>Reserves a trip and gives the reservation's number.</summary>
    Task<string> ReserveAsync(Trip trip, int travellers, IdempotencyKey key, CancellationToken cancellationToken);

    /// <summary>Pays a reservation and gives the receipt's number.</summary>
    /// <exception cref="ToolException">There is no such reservation, or it is paid or cancelled.</exception>
    Task<string> PayAsync(string number, IdempotencyKey key, CancellationToken cancellationToken);

    /// <summary>Cancels a reservation; one that is cancelled stays so.</summary>
    /// <exception cref="ToolException">There is no such reservation.</exception>
    Task CancelAsync(string number, IdempotencyKey key, CancellationToken cancellationToken);
}
