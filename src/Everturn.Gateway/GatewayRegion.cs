namespace Everturn.Gateway;

/// <summary>A region as the configuration names it.</summary>
public sealed class GatewayRegion
{
    /// <summary>The region's name, unique.</summary>
    public string Name { get; set; } = "";

    /// <summary>The region's nodes. May be empty when a supervisor adds them through <see cref="GatewayTopology"/>.</summary>
    public IList<GatewayNode> Nodes { get; } = [];
}
