using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Everturn.Storage;

namespace Everturn.DirectLine.Tests.Running;

/// <summary>One node's handle to documents that carry hints to the other nodes' handles.</summary>
internal sealed class HintedStore(IStore documents, HintedStore.Wire wire) : IStore, IStoreSignals
{
    public ConcurrentQueue<string> Announced { get; } = new();

    public void Announce(string key)
    {
        Announced.Enqueue(key);
        foreach (var (ears, owner) in wire.Listeners)
        {
            if (owner != this)
            {
                ears.Writer.TryWrite(key);
            }
        }
    }

    public async IAsyncEnumerable<string> ListenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ears = Channel.CreateUnbounded<string>();
        wire.Listeners[ears] = this;
        await foreach (var key in ears.Reader.ReadAllAsync(cancellationToken))
        {
            yield return key;
        }
    }

    public ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken) => documents.LoadAsync(key, cancellationToken);

    public ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due) =>
        documents.SaveAsync(key, content, expected, due);

    public ValueTask<bool> DeleteAsync(string key, ETag expected) => documents.DeleteAsync(key, expected);

    public ValueTask<IReadOnlyList<string>> ListDueAsync(
        string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken) =>
        documents.ListDueAsync(scope, now, after, limit, cancellationToken);

    public ValueTask<IReadOnlyList<string>> ListKeysAsync(string prefix, string? after, int limit, CancellationToken cancellationToken) =>
        documents.ListKeysAsync(prefix, after, limit, cancellationToken);

    /// <summary>What the handles share: who listens, through which handle.</summary>
    internal sealed class Wire
    {
        public ConcurrentDictionary<Channel<string>, HintedStore> Listeners { get; } = new();
    }
}
