using System.Text;

namespace Everturn.Storage.Compliance.Tests;

// The documents that several handles of one subject share.
public sealed class Shelf
{
    public Lock Lock { get; } = new();

    public Dictionary<string, Item> Items { get; } = new(StringComparer.Ordinal);

    public sealed record Item(byte[] Content, ETag ETag, DateTimeOffset? Due);
}

// A small sound store of overridable steps. Each broken store below breaks one of them.
public class SoundStore : ITransactionalStore
{
    public Shelf Shelf { get; init; } = new();

    protected Dictionary<string, Shelf.Item> Items => Shelf.Items;

    public virtual ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken)
    {
        Check(key);
        cancellationToken.ThrowIfCancellationRequested();
        lock (Shelf.Lock) return new(Items.TryGetValue(Stored(key), out var item) ? new StoredDocument(Out(item.Content), item.ETag) : null);
    }

    public virtual ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due)
    {
        Check(key);
        lock (Shelf.Lock)
        {
            var current = Items.GetValueOrDefault(Stored(key));
            if (!Matches(current?.ETag, expected))
            {
                OnRefused(key, current, due);
                return new(SaveResult.PreconditionFailed);
            }

            return new(new SaveResult(Put(key, content, current, due)));
        }
    }

    public virtual ValueTask<IReadOnlyList<ETag>?> SaveAllAsync(IReadOnlyList<DocumentWrite> writes)
    {
        DocumentWrite.ThrowIfInvalid(writes);
        lock (Shelf.Lock) return new(writes.All(Holds) ? [.. writes.Select(Put)] : null);
    }

    public virtual ValueTask<bool> DeleteAsync(string key, ETag expected)
    {
        Check(key);
        lock (Shelf.Lock)
        {
            return new(Items.TryGetValue(Stored(key), out var item) && MatchesForDelete(item.ETag, expected) && Items.Remove(Stored(key)));
        }
    }

    public virtual ValueTask<IReadOnlyList<string>> ListDueAsync(
        string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken) =>
        List(DuePrefix(scope), after, limit, item => item.Due <= now);

    public virtual ValueTask<IReadOnlyList<string>> ListKeysAsync(
        string prefix, string? after, int limit, CancellationToken cancellationToken) => List(prefix, after, limit, _ => true);

    protected bool Holds(DocumentWrite write) => Matches(Items.GetValueOrDefault(Stored(write.Key))?.ETag, write.Expected);

    protected ETag Put(DocumentWrite write) => Put(write.Key, write.Content, Items.GetValueOrDefault(Stored(write.Key)), write.Due);

    protected virtual string Stored(string key) => key;

    protected virtual bool Matches(ETag? current, ETag? expected) => current == expected;

    protected virtual bool MatchesForDelete(ETag current, ETag expected) => current == expected;

    protected virtual void OnRefused(string key, Shelf.Item? current, DateTimeOffset? due)
    {
    }

    protected virtual ETag NewETag(string key, ReadOnlyMemory<byte> content) => new(Guid.NewGuid().ToString("N"));

    protected virtual DateTimeOffset? NewDue(Shelf.Item? current, DateTimeOffset? due) => due;

    protected virtual byte[] In(ReadOnlyMemory<byte> content) => content.ToArray();

    protected virtual ReadOnlyMemory<byte> Out(byte[] content) => content.ToArray();

    protected virtual string DuePrefix(string scope) => scope + "/";

    protected virtual bool HasPrefix(string key, string prefix) => key.StartsWith(prefix, StringComparison.Ordinal);

    protected virtual bool IsAfter(string key, string after) => Compare(key, after) > 0;

    protected virtual int Compare(string a, string b) =>
        Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b));

    protected virtual IEnumerable<string> Sort(IEnumerable<string> keys) => keys.Order(Comparer<string>.Create(Compare));

    private ETag Put(string key, ReadOnlyMemory<byte> content, Shelf.Item? current, DateTimeOffset? due)
    {
        var item = new Shelf.Item(In(content), NewETag(key, content), NewDue(current, due));
        Items[Stored(key)] = item;
        return item.ETag;
    }

    private ValueTask<IReadOnlyList<string>> List(string prefix, string? after, int limit, Func<Shelf.Item, bool> wanted)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        lock (Shelf.Lock)
        {
            var keys = Items.Where(pair => HasPrefix(pair.Key, prefix) && (after is null || IsAfter(pair.Key, after)) && wanted(pair.Value));
            return new(Sort(keys.Select(pair => pair.Key)).Take(limit).ToArray());
        }
    }

    private static void Check(string key)
    {
        if (!StoreKey.IsValid(key)) throw new ArgumentException("invalid", nameof(key));
    }
}

public sealed class ToldSubject<TStore> : StoreSubject
    where TStore : SoundStore, new()
{
    private readonly Shelf _shelf = new();

    public override ValueTask<IStore> OpenAsync() => new(new TStore { Shelf = _shelf });
}
