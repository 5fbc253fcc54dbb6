namespace Everturn.Storage;

/// <summary>What a store may offer besides: hints between the nodes that share it, so that they need not wait for their next look.</summary>
/// <remarks>
/// A hint says that a document is worth a look, nothing more. It may be lost, late, repeated or about a write that nobody
/// sees yet: whoever listens goes on looking at intervals as well.
/// </remarks>
public interface IStoreSignals
{
    /// <summary>Tells other nodes of a document. Returns at once and never fails; what is too much is dropped.</summary>
    /// <remarks>A store tells by itself of what it saves with a due that has passed.</remarks>
    void Announce(string key);

    /// <summary>The keys that other nodes announce, from now on until cancelled. A listener that is too slow misses some.</summary>
    IAsyncEnumerable<string> ListenAsync(CancellationToken cancellationToken);
}
