using System.Text.Json.Serialization;

namespace Everturn.Cli.Cluster;

/// <summary>How a node stands. The names are those of `everturn status --json`, in lower case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NodeState>))]
internal enum NodeState
{
    /// <summary>No process.</summary>
    [JsonStringEnumMemberName("dead")]
    Dead,

    /// <summary>The process runs and is not ready to take turns.</summary>
    [JsonStringEnumMemberName("starting")]
    Starting,

    /// <summary>It takes turns.</summary>
    [JsonStringEnumMemberName("ready")]
    Ready,

    /// <summary>Its process is stopped by a fault and stays so until `resume`, `heal` or `kill`.</summary>
    [JsonStringEnumMemberName("paused")]
    Paused,
}
