namespace Everturn.Cli.Verify.Stores;

/// <summary>A store that `verify` leaves alone: only nodes are hurt.</summary>
internal sealed class DirectUnderTest(string connection) : IStoreUnderTest
{
    public string ConnectionOf(string node) => connection;

    public Task<IAsyncDisposable?> HarmAsync(FaultKind kind, string target, CancellationToken cancellationToken) =>
        throw StoreRoute.Refused($"{FaultKinds.Name(kind)} needs a way to the store.");

    public async Task<IAsyncDisposable?> CatchBetweenWritesAsync(string node, Func<Task> rush, CancellationToken cancellationToken)
    {
        await rush();
        return null;
    }

    public Task<bool> IsHeldUpAsync(CancellationToken cancellationToken) => Task.FromResult(false);

    public ValueTask DisposeAsync() => default;
}
