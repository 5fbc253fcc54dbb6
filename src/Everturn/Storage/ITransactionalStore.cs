namespace Everturn.Storage;

/// <summary>A store that can write several documents as one: all of them, or none.</summary>
public interface ITransactionalStore : IStore
{
    /// <summary>The most writes of one transaction. Every store must take as many.</summary>
    const int MaxWrites = 16;

    /// <summary>Writes documents if each is at the version that its write expects; otherwise none of them.</summary>
    /// <remarks>
    /// <para>Every exception means that the outcome is <b>unknown</b>, as with <see cref="IStore.SaveAsync"/>: all may have been
    /// written, or may still be, or none. It is never some of them. There is no cancellation token, for the same reason as there.</para>
    /// <para>Whoever loads one of the documents as this call wrote it, and then loads another, finds that one as written, or newer.</para>
    /// </remarks>
    /// <param name="writes">1 to <see cref="MaxWrites"/> writes of different documents, in any order.</param>
    /// <returns>
    /// The documents' new versions, in the order of <paramref name="writes"/>; null when a precondition failed and nothing was written.
    /// </returns>
    /// <exception cref="ArgumentException">See <see cref="DocumentWrite.ThrowIfInvalid"/>; nothing was written.</exception>
    ValueTask<IReadOnlyList<ETag>?> SaveAllAsync(IReadOnlyList<DocumentWrite> writes);
}
