namespace Everturn.Turns;

/// <summary>The store did not take the result of a step in time. The call is not made again while this node works on the turn.</summary>
internal sealed class StepUnavailableException(string message) : Exception(message);
