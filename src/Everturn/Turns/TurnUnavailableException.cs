namespace Everturn.Turns;

/// <summary>The store did not give or take in time what the turn needs beyond its commit: the turn may be tried again later.</summary>
internal sealed class TurnUnavailableException(string message) : Exception(message);
