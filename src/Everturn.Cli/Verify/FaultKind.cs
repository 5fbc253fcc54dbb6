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
}
