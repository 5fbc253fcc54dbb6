namespace Everturn.Testing.Simulation;

/// <summary>An invariant that a history breaks.</summary>
/// <param name="Invariant">I1 to I5, quiescence, or vacuity.</param>
/// <param name="Conversation">Where.</param>
/// <param name="Evidence">The turn or row, and what was seen of it.</param>
public sealed record Violation(string Invariant, string Conversation, string Evidence)
{
    /// <inheritdoc />
    public override string ToString() => $"{Invariant} in {Conversation}: {Evidence}";
}
