using Everturn.Storage;
using Everturn.Testing.VirtualTime;

namespace Everturn.Testing.Simulation;

/// <summary>The store that all simulated nodes share, and the ways in which stores fail.</summary>
internal sealed class SimulatedStore(Scheduler scheduler, Process world, History history, Sabotage sabotage)
{
    private readonly SortedDictionary<string, Document> _documents = new(StringComparer.Ordinal);

    /// <summary>The share of calls that fail, 0 to 1.</summary>
    public double Unreliability { get; set; }

    /// <summary>Whether listings may show an earlier moment.</summary>
    public bool ListsStale { get; set; }

    /// <summary>Added to the latency of every call.</summary>
    public TimeSpan Slowness { get; set; }

    /// <summary>The documents as they are now.</summary>
    public IReadOnlyDictionary<string, Document> Documents => _documents;

    /// <summary>A node's way to the store.</summary>
    /// <param name="node">The node's name.</param>
    /// <param name="writesNewer">Whether it writes the newer format.</param>
    /// <param name="isTransactional">Whether it can write several documents as one.</param>
    public IStore For(string node, bool writesNewer, bool isTransactional) =>
        isTransactional ? new TransactionalConnection(this, node, writesNewer) : new Connection(this, node, writesNewer);

    /// <summary>Loses the newest version of some documents, as a failover to a replica that lags would.</summary>
    public void FallBack()
    {
        foreach (var (key, document) in _documents.ToArray())
        {
            if (document.Previous is { } previous && scheduler.Random.Next(2) == 0)
            {
                _documents[key] = previous;
                history.Note(scheduler.Now, "fell back", key);
            }
        }
    }

    // A write that was never acknowledged may be seen for a while and still be lost, as one that its standby never got. A
    // write upon it that was acknowledged has made it last.
    private void Vanish(IReadOnlyList<ETag> uncertain)
    {
        // What was written as one is lost as one, or lasts.
        var lost = _documents.Where(pair => uncertain.Contains(pair.Value.ETag)).ToArray();
        if (lost.Length < uncertain.Count)
        {
            return;
        }

        foreach (var (key, document) in lost)
        {
            history.Count("uncertain write vanished");
            history.Note(scheduler.Now, "uncertain write vanished", key);
            if (document.Previous is { } previous)
            {
                _documents[key] = previous;
            }
            else
            {
                _documents.Remove(key);
            }
        }
    }

    // An acknowledged write lasts, and so does all that it was written upon: only the version before it is kept, for a
    // store that is broken on purpose.
    private void ForgetBefore(IReadOnlyList<ETag> certain)
    {
        foreach (var (key, document) in _documents.ToArray())
        {
            if (certain.Contains(document.ETag) && document.Previous is { } previous)
            {
                _documents[key] = document with { Previous = previous with { Previous = null } };
            }
        }
    }

    private SaveResult Save(string node, bool writesNewer, string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due)
    {
        _documents.TryGetValue(key, out var current);
        var matches = current?.ETag == expected
            || (sabotage is Sabotage.StoreIgnoresIfMatch && expected is not null)
            || (sabotage is Sabotage.StoreOverwritesOnCreate && expected is null);
        if (!matches)
        {
            return SaveResult.PreconditionFailed;
        }

        var newerBefore = current is null ? 0 : NewerFormat.WritesIn(current.Content);
        if (NewerFormat.IsRecord(key) && NewerFormat.WritesIn(content) != newerBefore + (writesNewer ? 1 : 0))
        {
            history.Note(scheduler.Now, "format lost", $"{node} dropped what a newer format had put into {key}");
        }

        var bytes = content.ToArray();
        var write = new Write(scheduler.Now, key, node, bytes, current?.Write);
        var written = new Document(bytes, NewETag(current), due, current, write);
        _documents[key] = written;
        history.Writes.Add(write);
        return new SaveResult(written.ETag);
    }

    private bool Delete(string key, ETag expected)
    {
        if (!_documents.TryGetValue(key, out var document) || document.ETag != expected)
        {
            return false;
        }

        document.Write.DeletedAt = scheduler.Now;
        return _documents.Remove(key);
    }

    private ETag NewETag(Document? current) => sabotage is Sabotage.StoreCountsAndFallsBack
        ? new ETag((current is null ? 1 : long.Parse(current.ETag.Value, System.Globalization.CultureInfo.InvariantCulture) + 1).ToString(System.Globalization.CultureInfo.InvariantCulture))
        : new ETag($"{scheduler.Random.NextInt64():x}-{scheduler.Random.NextInt64():x}");

    private TimeSpan Latency() => TimeSpan.FromMilliseconds(0.2) + scheduler.UpTo(TimeSpan.FromMilliseconds(scheduler.Random.Next(20) == 0 ? 30 : 3)) + Slowness;

    /// <summary>Does something at the store after a latency and brings the answer back, unless something fails.</summary>
    private async Task<T> CallAsync<T>(string what, Func<T> effect, bool isWrite)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var fails = scheduler.Random.NextDouble() < Unreliability;
        var fate = fails ? scheduler.Random.Next(isWrite ? 4 : 2) : -1;
        scheduler.After(Latency(), world, () =>
        {
            switch (fate)
            {
                case 0:
                    history.Note(scheduler.Now, "request lost", what);
                    answer.TrySetException(new IOException("simulated: the connection was refused"));
                    return;
                case 1 when !isWrite:
                    answer.TrySetException(new IOException("simulated: the connection was cut"));
                    return;
                case 3:
                    // The caller gives up, or hears of a failure; the write happens later all the same.
                    history.Note(scheduler.Now, "late write", what);
                    scheduler.After(scheduler.UpTo(TimeSpan.FromSeconds(6)), world, () =>
                        history.Count(Versions(effect()).Count > 0 ? "late write took effect" : "late write fenced"));
                    if (scheduler.Random.Next(2) == 0)
                    {
                        answer.TrySetException(new TimeoutException("simulated: no answer"));
                    }

                    return;
            }

            var result = effect();
            scheduler.After(Latency(), world, () =>
            {
                if (fate is 1 or 2)
                {
                    history.Note(scheduler.Now, "answer lost", what);
                    if (Versions(result) is { Count: > 0 } uncertain && scheduler.Random.Next(2) == 0)
                    {
                        scheduler.After(scheduler.UpTo(TimeSpan.FromSeconds(3)), world, () => Vanish(uncertain));
                    }

                    answer.TrySetException(new IOException("simulated: the answer was lost"));
                }
                else
                {
                    ForgetBefore(Versions(result));
                    answer.TrySetResult(result);
                }
            });
        });
        return await answer.Task;
    }

    private static IReadOnlyList<ETag> Versions<T>(T result) => result switch
    {
        SaveResult { ETag: { } saved } => [saved],
        IReadOnlyList<ETag> all => all,
        _ => [],
    };

    private IReadOnlyList<ETag>? SaveAll(string node, bool writesNewer, IReadOnlyList<DocumentWrite> writes) =>
        writes.All(write => (_documents.TryGetValue(write.Key, out var document) ? document.ETag : (ETag?)null) == write.Expected)
            ? [.. writes.Select(write => Save(node, writesNewer, write.Key, write.Content, write.Expected, write.Due).ETag!.Value)]
            : null;

    private bool ShowsStaleList() => ListsStale && scheduler.Random.Next(3) == 0;

    private string[] Listed(Func<KeyValuePair<string, Document>, bool> wanted, string? after, int limit) =>
        [.. _documents.Where(pair => (after is null || string.CompareOrdinal(pair.Key, after) > 0) && wanted(pair)).Select(pair => pair.Key).Take(limit)];

    /// <summary>A stored document and the version before it.</summary>
    internal sealed record Document(ReadOnlyMemory<byte> Content, ETag ETag, DateTimeOffset? Due, Document? Previous, Write Write);

    private sealed class TransactionalConnection(SimulatedStore store, string node, bool writesNewer) : Connection(store, node, writesNewer), ITransactionalStore
    {
        private readonly SimulatedStore _store = store;
        private readonly string _node = node;
        private readonly bool _writesNewer = writesNewer;

        public async ValueTask<IReadOnlyList<ETag>?> SaveAllAsync(IReadOnlyList<DocumentWrite> writes) =>
            await _store.CallAsync($"{_node} saves {writes.Count} documents", () => _store.SaveAll(_node, _writesNewer, writes), isWrite: true);
    }

    private class Connection(SimulatedStore store, string node, bool writesNewer) : IStore
    {
        public async ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken) =>
            await store.CallAsync($"{node} loads", () => store._documents.TryGetValue(key, out var document) ? new StoredDocument(document.Content, document.ETag) : null, isWrite: false);

        public async ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due) =>
            await store.CallAsync($"{node} saves", () => store.Save(node, writesNewer, key, content, expected, due), isWrite: true);

        public async ValueTask<bool> DeleteAsync(string key, ETag expected) =>
            await store.CallAsync($"{node} deletes", () => store.Delete(key, expected), isWrite: true);

        public async ValueTask<IReadOnlyList<string>> ListDueAsync(string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken) =>
            await store.CallAsync<IReadOnlyList<string>>($"{node} lists", () => store.ShowsStaleList()
                ? []
                : store.Listed(pair => pair.Value.Due <= now && pair.Key.StartsWith(scope + "/", StringComparison.Ordinal), after, limit), isWrite: false);

        public async ValueTask<IReadOnlyList<string>> ListKeysAsync(string prefix, string? after, int limit, CancellationToken cancellationToken) =>
            await store.CallAsync<IReadOnlyList<string>>($"{node} lists", () => store.Listed(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal), after, limit), isWrite: false);
    }
}
