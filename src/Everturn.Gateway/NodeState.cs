namespace Everturn.Gateway;

/// <summary>What the gateway knows of a node.</summary>
public enum NodeState
{
    /// <summary>Its address is known; it has not been ready yet.</summary>
    Starting,

    /// <summary>It answers its probe with 200 and gets requests.</summary>
    Ready,

    /// <summary>It answers its probe, but not with 200 (it drains, or a dependency is down).</summary>
    Unready,

    /// <summary>It takes connections but does not answer: paused, or overloaded beyond use.</summary>
    Silent,

    /// <summary>Nothing listens at its address, another node does, or the supervisor saw its process exit.</summary>
    Dead,
}
