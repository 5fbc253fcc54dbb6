namespace Everturn.Storage;

/// <summary>The opaque version of a stored document. Two documents with equal ETags have equal content.</summary>
/// <remarks>
/// An ETag holds at least 128 random bits and is never a counter: after a failover or a restore a counter
/// repeats, and a stale write would be let in.
/// </remarks>
/// <param name="Value">The version as the store spells it; compared ordinally.</param>
public readonly record struct ETag(string Value)
{
    /// <inheritdoc />
    public override string ToString() => Value;
}
