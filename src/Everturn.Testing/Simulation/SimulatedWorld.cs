namespace Everturn.Testing.Simulation;

/// <summary>What kind of world a seed has drawn: what may be expected of it.</summary>
/// <param name="TakesOurIds">Whether the channel shows a row that comes twice once.</param>
/// <param name="IsQueued">Whether activities wait in a queue.</param>
/// <param name="Holds">Whether replies that may have been delivered are held for a person.</param>
/// <param name="ForgetsSoon">Whether inboxes forget while clients still wait for room in them: then results of steps are forgotten too.</param>
/// <param name="IsTransactional">Whether the store writes a conversation and its user's record as one.</param>
/// <param name="Echoes">Whether the channel shows what users say by way of the outbox.</param>
/// <param name="HasFlows">Whether one conversation is of flows.</param>
internal sealed record SimulatedWorld(bool TakesOurIds, bool IsQueued, bool Holds, bool ForgetsSoon, bool IsTransactional, bool Echoes, bool HasFlows);
