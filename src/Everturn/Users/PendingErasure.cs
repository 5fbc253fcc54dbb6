namespace Everturn.Users;

/// <summary>A document that still holds, or may hold, something of a user whose data is to be deleted.</summary>
/// <param name="StoreKey">The document's key.</param>
/// <param name="Reason">Why it could not be done; it begins with a code.</param>
public sealed record PendingErasure(string StoreKey, string Reason);
