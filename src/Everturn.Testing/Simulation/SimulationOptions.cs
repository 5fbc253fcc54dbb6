namespace Everturn.Testing.Simulation;

/// <summary>How much happens in one simulated run. The seed draws everything else.</summary>
public sealed class SimulationOptions
{
    /// <summary>The most nodes. Default 4; at least 1. The seed draws 2 or more of them when it can.</summary>
    public int MaxNodes { get; set; } = 4;

    /// <summary>The conversations. Default 2.</summary>
    public int Conversations { get; set; } = 2;

    /// <summary>The activities sent in all. Default 50.</summary>
    public int Activities { get; set; } = 50;

    /// <summary>The turns that are begun and the activities that are sent unasked. Default 8.</summary>
    public int Calls { get; set; } = 8;

    /// <summary>Whether stores, channels and nodes fail. Default true.</summary>
    public bool Faults { get; set; } = true;

    /// <summary>Something broken on purpose, which the checker must catch. Default: nothing.</summary>
    public Sabotage Sabotage { get; set; }
}
