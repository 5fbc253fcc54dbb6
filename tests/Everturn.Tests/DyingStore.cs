using Everturn.Storage;

namespace Everturn.Tests;

/// <summary>A node's way to the store that ends with the node.</summary>
internal sealed class DyingStore(IStore inner) : IStore
{
    private static readonly Exception NodeIsDead = new IOException("the node is dead");

    private volatile bool _dead;

    /// <summary>Says of a key whether the node dies as soon as that document is saved.</summary>
    public Func<string, bool> DiesAfter { get; init; } = _ => false;

    public void Die() => _dead = true;

    public ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken) =>
        _dead ? throw NodeIsDead : inner.LoadAsync(key, cancellationToken);

    public async ValueTask<SaveResult> SaveAsync(
        string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due)
    {
        var saved = await (_dead ? throw NodeIsDead : inner.SaveAsync(key, content, expected, due));
        _dead |= DiesAfter(key);
        return saved;
    }

    public ValueTask<bool> DeleteAsync(string key, ETag expected) => inner.DeleteAsync(key, expected);

    public ValueTask<IReadOnlyList<string>> ListDueAsync(
        string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken) =>
        _dead ? throw NodeIsDead : inner.ListDueAsync(scope, now, after, limit, cancellationToken);

    public ValueTask<IReadOnlyList<string>> ListKeysAsync(string prefix, string? after, int limit, CancellationToken cancellationToken) =>
        inner.ListKeysAsync(prefix, after, limit, cancellationToken);
}
