using Everturn.Storage;

namespace Everturn.DirectLine.Tests.Running;

/// <summary>A store that can be away, can lose the answers of its writes, and counts what it is asked.</summary>
internal sealed class TroubledStore(IStore inner) : IStore
{
    private int _loads;
    private int _saves;

    public bool IsAway { get; set; }

    /// <summary>Whether the next writes of keys that hold this text take effect and then fail.</summary>
    public string? LosesAnswersOf { get; set; }

    /// <summary>Keys to count; all when null.</summary>
    public string? Counts { get; set; }

    public int Loads => _loads;

    public int Saves => _saves;

    public async ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken)
    {
        Count(key, ref _loads);
        ThrowIfAway();
        return await inner.LoadAsync(key, cancellationToken);
    }

    public async ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due)
    {
        Count(key, ref _saves);
        ThrowIfAway();
        var result = await inner.SaveAsync(key, content, expected, due);
        if (LosesAnswersOf is { } lost && key.Contains(lost, StringComparison.Ordinal))
        {
            LosesAnswersOf = null;
            throw new IOException("The answer was lost.");
        }

        return result;
    }

    public ValueTask<bool> DeleteAsync(string key, ETag expected) => inner.DeleteAsync(key, expected);

    public ValueTask<IReadOnlyList<string>> ListDueAsync(
        string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken) =>
        inner.ListDueAsync(scope, now, after, limit, cancellationToken);

    public ValueTask<IReadOnlyList<string>> ListKeysAsync(string prefix, string? after, int limit, CancellationToken cancellationToken) =>
        inner.ListKeysAsync(prefix, after, limit, cancellationToken);

    private void Count(string key, ref int counter)
    {
        if (Counts is null || key.Contains(Counts, StringComparison.Ordinal))
        {
            Interlocked.Increment(ref counter);
        }
    }

    private void ThrowIfAway()
    {
        if (IsAway)
        {
            throw new IOException("The store is away.");
        }
    }
}
