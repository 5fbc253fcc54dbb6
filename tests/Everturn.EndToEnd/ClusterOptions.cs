namespace Everturn.EndToEnd;

/// <summary>What a test can ask of its cluster; the rest is as <c>everturn up</c> has it.</summary>
internal sealed record ClusterOptions
{
    /// <summary>A sample's name, or the path to a bot project.</summary>
    public string Bot { get; init; } = "pizza";

    /// <summary>Further arguments of <c>everturn up</c>, such as <c>--nodes 1</c>.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Environment variables of the cluster, which its nodes inherit.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
