namespace Everturn.Cli.Cluster;

/// <summary>What `up` leaves in the data directory for the other commands: DATA/cluster.json.</summary>
/// <param name="Gateway">Where the gateway listens, for instance <c>http://localhost:3978</c>.</param>
/// <param name="Pid">The process of `up`.</param>
internal sealed record ClusterFile(string Gateway, int Pid);
