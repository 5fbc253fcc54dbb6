namespace Everturn.Delivery;

/// <summary>What this node knows of the bot's other nodes.</summary>
public interface IPeers
{
    /// <summary>Names this run of this node, among all nodes and all their restarts.</summary>
    string Incarnation { get; }

    /// <summary>
    /// Learns that a run of a node is proven dead: its process has exited. What it owed is taken over at once, without
    /// waiting for its leases to end.
    /// </summary>
    /// <param name="incarnation">The dead run's <see cref="Incarnation"/>.</param>
    void ReportDead(string incarnation);
}
