using Everturn.Storage;

namespace Everturn.Tests;

/// <summary>A store between the engine and a memory store that counts calls and fails where a test says so.</summary>
internal sealed class FaultyStore(IStore inner) : IStore
{
    private int _loads;
    private int _saves;

    public FaultyStore()
        : this(new MemoryStore(Random.Shared))
    {
    }

    public int Loads => Volatile.Read(ref _loads);

    public int Saves => Volatile.Read(ref _saves);

    /// <summary>Called before a save, with its number from 1.</summary>
    public Func<int, string, Task>? BeforeSave { get; set; }

    /// <summary>Called after a save took effect, with its number from 1: throwing here loses the answer.</summary>
    public Func<int, string, Task>? AfterSave { get; set; }

    public Func<string, Task>? BeforeLoad { get; set; }

    public async ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _loads);
        if (BeforeLoad is { } before)
        {
            await before(key).WaitAsync(cancellationToken);
        }

        return await inner.LoadAsync(key, cancellationToken);
    }

    public async ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due)
    {
        var number = Interlocked.Increment(ref _saves);
        if (BeforeSave is { } before)
        {
            await before(number, key);
        }

        var result = await inner.SaveAsync(key, content, expected, due);
        if (AfterSave is { } after)
        {
            await after(number, key);
        }

        return result;
    }

    public ValueTask<bool> DeleteAsync(string key, ETag expected) => inner.DeleteAsync(key, expected);

    public ValueTask<IReadOnlyList<string>> ListDueAsync(
        string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken) =>
        inner.ListDueAsync(scope, now, after, limit, cancellationToken);

    public ValueTask<IReadOnlyList<string>> ListKeysAsync(string prefix, string? after, int limit, CancellationToken cancellationToken) =>
        inner.ListKeysAsync(prefix, after, limit, cancellationToken);
}
