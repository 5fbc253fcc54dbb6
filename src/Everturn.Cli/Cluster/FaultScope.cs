namespace Everturn.Cli.Cluster;

/// <summary>What the target of a fault names.</summary>
internal enum FaultScope
{
    Node,
    Region,
    All,
}
