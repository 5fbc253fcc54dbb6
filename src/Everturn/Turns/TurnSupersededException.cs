namespace Everturn.Turns;

/// <summary>The turn that runs has been committed by another node, or taken over by one: what this run does counts for nothing.</summary>
internal sealed class TurnSupersededException() : Exception("ET1021: another node has taken this turn over. Let the exception pass.");
