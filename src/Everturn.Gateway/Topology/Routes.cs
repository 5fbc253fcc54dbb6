namespace Everturn.Gateway.Topology;

/// <summary>The ready nodes at one moment, region by region: the current region first, then the others by nearness.</summary>
internal sealed class Routes(IReadOnlyList<IReadOnlyList<NodeRun>> regions)
{
    public static readonly Routes None = new([]);

    /// <summary>
    /// The node for the key: the heaviest of the first region that has one which is not avoided; when all are avoided, the
    /// heaviest of the first region. Null when no node is ready.
    /// </summary>
    public NodeRun? Choose(string key, IReadOnlyCollection<NodeRun> avoid) => Heaviest(key, avoid) ?? Heaviest(key, []);

    private NodeRun? Heaviest(string key, IReadOnlyCollection<NodeRun> avoid)
    {
        foreach (var region in regions)
        {
            NodeRun? heaviest = null;
            var most = 0UL;
            foreach (var node in region)
            {
                var weight = Rendezvous.Weight(node.Name, key);
                if ((heaviest is null || weight > most) && !avoid.Contains(node))
                {
                    (heaviest, most) = (node, weight);
                }
            }

            if (heaviest is not null)
            {
                return heaviest;
            }
        }

        return null;
    }
}
