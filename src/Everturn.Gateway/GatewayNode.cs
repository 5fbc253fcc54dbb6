namespace Everturn.Gateway;

/// <summary>A node as the configuration names it.</summary>
public sealed class GatewayNode
{
    /// <summary>The node's name, unique among all regions; compared with the header <c>Everturn-Node</c> of its answers.</summary>
    public string Name { get; set; } = "";

    /// <summary>Where the node listens: <c>http</c> or <c>https</c>, host and port, no path, for instance <c>http://127.0.0.1:5001</c>.</summary>
    public string Url { get; set; } = "";
}
