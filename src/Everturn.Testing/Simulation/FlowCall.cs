using Everturn.Testing.VirtualTime;

namespace Everturn.Testing.Simulation;

/// <summary>A call of a flow to the service outside, as the service saw it.</summary>
/// <param name="Conversation">Whose flow called.</param>
/// <param name="Activity">The token of the turn in which it called.</param>
/// <param name="Revision">The revision that this turn was to become.</param>
/// <param name="Step">The step's name.</param>
/// <param name="Came">When the flow came to the step.</param>
/// <param name="Caller">The process that called.</param>
internal sealed record FlowCall(string Conversation, string Activity, long Revision, string Step, TimeSpan Came, Process Caller)
{
    /// <summary>The idempotency key.</summary>
    public string Key { get; init; } = "";

    /// <summary>When it reached the service.</summary>
    public TimeSpan At { get; init; }

    /// <summary>What the service answered, another number for each call; or was going to.</summary>
    public int Result { get; init; }

    /// <summary>Whether it refused instead.</summary>
    public bool IsRefused { get; init; }
}
