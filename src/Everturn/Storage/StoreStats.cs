namespace Everturn.Storage;

/// <summary>What a store holds.</summary>
/// <param name="Documents">How many documents.</param>
/// <param name="Bytes">Their contents together; null when the store cannot say.</param>
/// <param name="Due">How many have a due, whether it has passed or not.</param>
/// <param name="EarliestDue">The first of these; null when there are none. Long past, it says that nobody does what is owed.</param>
public sealed record StoreStats(long Documents, long? Bytes, long Due, DateTimeOffset? EarliestDue);
