using Everturn.Storage;

namespace Everturn.Tests.Dialogs;

/// <summary>A node's way to the store that ends with a save of a given number: just before it takes effect, or just after.</summary>
internal sealed class MortalStore(IStore inner, int lastSave, bool takesEffect) : IStore
{
    private readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _lastSave = lastSave;
    private int _saves;

    public Task Died => _died.Task;

    /// <summary>From now on it lives, if it has not died already.</summary>
    public void Spare() => Volatile.Write(ref _lastSave, int.MaxValue);

    public ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken) =>
        IsDead() ? throw Dead() : inner.LoadAsync(key, cancellationToken);

    public async ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due)
    {
        var number = Interlocked.Increment(ref _saves);
        if (number < Volatile.Read(ref _lastSave))
        {
            return await inner.SaveAsync(key, content, expected, due);
        }

        if (number == _lastSave && takesEffect)
        {
            await inner.SaveAsync(key, content, expected, due);
        }

        _died.TrySetResult();
        throw Dead();
    }

    public ValueTask<bool> DeleteAsync(string key, ETag expected) => IsDead() ? throw Dead() : inner.DeleteAsync(key, expected);

    public ValueTask<IReadOnlyList<string>> ListDueAsync(
        string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken) =>
        IsDead() ? throw Dead() : inner.ListDueAsync(scope, now, after, limit, cancellationToken);

    public ValueTask<IReadOnlyList<string>> ListKeysAsync(string prefix, string? after, int limit, CancellationToken cancellationToken) =>
        inner.ListKeysAsync(prefix, after, limit, cancellationToken);

    private static IOException Dead() => new("the node is dead");

    private bool IsDead() => _died.Task.IsCompleted;
}
