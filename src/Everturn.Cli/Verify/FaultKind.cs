using System.Text.Json.Serialization;

namespace Everturn.Cli.Verify;

/// <summary>What `verify` does to a cluster.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FaultKind>))]
internal enum FaultKind
{
    /// <summary>A node's process ends without a word, and is started again.</summary>
    Kill,

    /// <summary>All nodes of a region end at once, and are started again. Comes along with <see cref="Kill"/>.</summary>
    KillRegion,

    /// <summary>A node stands still for longer than its leases, and goes on as if nothing had happened.</summary>
    Pause,

    /// <summary>A foreign process holds the write lock of the SQLite file.</summary>
    StoreLock,

    /// <summary>The store cannot be reached, by a node or by all.</summary>
    StoreCut,

    /// <summary>The store is reached late.</summary>
    StoreSlow,

    /// <summary>The store does what it is asked to, and its answers are lost.</summary>
    StoreLostAnswers,
}
