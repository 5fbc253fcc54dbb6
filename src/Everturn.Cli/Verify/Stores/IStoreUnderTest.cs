namespace Everturn.Cli.Verify.Stores;

/// <summary>What `verify` can do to the store of a cluster.</summary>
internal interface IStoreUnderTest : IAsyncDisposable
{
    /// <summary>What <c>Everturn:Store</c> is for a node.</summary>
    string ConnectionOf(string node);

    /// <summary>Begins a fault, which ends when the result is disposed of; null when this store has it only by stopping a node.</summary>
    /// <param name="kind">One of the store's kinds.</param>
    /// <param name="target">A node, or <see cref="PlannedFault.Store"/> for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CliException">It could not be done just now.</exception>
    Task<IAsyncDisposable?> HarmAsync(FaultKind kind, string target, CancellationToken cancellationToken);

    /// <summary>Makes it likely that a node has committed what it has not delivered, until the result is disposed of.</summary>
    /// <param name="node">The node, which is about to be killed.</param>
    /// <param name="rush">Lets clients of the node post; completes when one of them has an answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CliException">It could not be done just now.</exception>
    Task<IAsyncDisposable?> CatchBetweenWritesAsync(string node, Func<Task> rush, CancellationToken cancellationToken);

    /// <summary>Whether a node that has just been stopped keeps the others from the store.</summary>
    Task<bool> IsHeldUpAsync(CancellationToken cancellationToken);
}
