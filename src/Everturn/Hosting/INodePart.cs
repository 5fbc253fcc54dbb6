namespace Everturn.Hosting;

/// <summary>A part of the node that may work worse than it should while the node serves all the same. Add it to the services to have readiness tell of it.</summary>
public interface INodePart
{
    /// <summary>What is wrong, beginning with its code; null when nothing is. Asked with every probe: it answers from memory, at once.</summary>
    string? Degradation { get; }
}
