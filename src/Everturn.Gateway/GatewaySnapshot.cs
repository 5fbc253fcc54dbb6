namespace Everturn.Gateway;

/// <summary>All regions and nodes at one moment.</summary>
/// <param name="CurrentRegion">The region that gets the requests; null when no node of any region is ready.</param>
/// <param name="Regions">The regions, in configured order.</param>
public sealed record GatewaySnapshot(string? CurrentRegion, IReadOnlyList<RegionSnapshot> Regions)
{
    /// <summary>The nodes of all regions.</summary>
    public IEnumerable<NodeSnapshot> Nodes => Regions.SelectMany(region => region.Nodes);
}
