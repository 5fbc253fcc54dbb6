namespace Everturn.Turns;

/// <summary>How long the result of a turn's external call is remembered.</summary>
public enum StepDurability
{
    /// <summary>While this node works on the turn: a run after a conflict does not call again, another node does.</summary>
    Remembered,

    /// <summary>
    /// Until the turn is committed, on every node: the result is written to the conversation's journal before it is used. Costs
    /// one read and one write. Only a crash between the call's answer and that write, a turn that is given up just then, or two nodes at once
    /// call again, with the same idempotency key.
    /// </summary>
    Durable,
}
