using Everturn.Storage;

namespace Everturn.Conversations;

/// <summary>A record as one read or one write of this node saw it.</summary>
/// <param name="Record">The record.</param>
/// <param name="ETag">Its version; null when the document does not exist yet.</param>
/// <param name="Bytes">The size of the stored document.</param>
/// <param name="Source">How this node knows it.</param>
internal sealed record Snapshot(ConversationRecord Record, ETag? ETag, int Bytes, SnapshotSource Source);

/// <summary>How a node knows a record.</summary>
internal enum SnapshotSource
{
    /// <summary>By reading. Another node's write may be behind it whose outcome that node does not know.</summary>
    Read,

    /// <summary>By a write of its own that the store acknowledged: what it holds is committed.</summary>
    Written,
}
