namespace Everturn.Conversations;

/// <summary>The result of one external call of a turn that is not committed yet.</summary>
/// <param name="Identity">The turn's activity.</param>
/// <param name="Name">The step's name, unique within the turn.</param>
/// <param name="Result">The result as UTF-8 JSON.</param>
/// <param name="At">When it was written.</param>
internal sealed record JournalEntry(ActivityIdentity Identity, string Name, ReadOnlyMemory<byte> Result, DateTimeOffset At);
