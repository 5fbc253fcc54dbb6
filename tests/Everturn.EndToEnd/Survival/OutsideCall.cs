namespace Everturn.EndToEnd.Survival;

/// <summary>A call that a bot has made to the service outside.</summary>
/// <param name="Step">Which step called.</param>
/// <param name="Conversation">Whose.</param>
/// <param name="Key">The idempotency key.</param>
/// <param name="Process">The process that called.</param>
internal sealed record OutsideCall(string Step, string Conversation, string Key, int Process);
