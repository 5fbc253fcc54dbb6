namespace Everturn.DirectLine;

/// <summary>The store failed, or its answer stayed away: whether a write happened is unknown. The request may be sent again.</summary>
internal sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
