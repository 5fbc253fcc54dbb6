using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Everturn.Storage.CosmosDb.Hosting;

/// <summary>Opens the store before the node starts. What only somebody can mend ends the start; what may pass leaves the node unready.</summary>
internal sealed class OpenAtStart(IStore store, ILogger<CosmosDbStore>? logger = null) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        // The configuration may have chosen another store.
        if (store is not CosmosDbStore cosmos) return;
        try
        {
            await cosmos.OpenAsync(cancellationToken);
        }
        catch (CosmosDbStoreException error) when (!error.IsLasting)
        {
            StoreLog.NotOpenedYet(logger ?? NullLogger<CosmosDbStore>.Instance, cosmos.Name, error);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
