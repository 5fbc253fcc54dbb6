namespace Everturn.Storage;

/// <summary>What became of a conditional write that the store answered.</summary>
/// <param name="ETag">The document's new version; null when the precondition failed and nothing was written.</param>
public readonly record struct SaveResult(ETag? ETag)
{
    /// <summary>The document was not at the expected version (or existed although it must not): nothing was written.</summary>
    public static SaveResult PreconditionFailed => default;

    /// <summary>Whether the write took effect.</summary>
    public bool IsSaved => ETag is not null;
}
