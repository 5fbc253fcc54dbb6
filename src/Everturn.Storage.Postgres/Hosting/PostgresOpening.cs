using Microsoft.Extensions.Hosting;

namespace Everturn.Storage.Postgres.Hosting;

// Opens the store before anything of the host starts, so that a node with a wrong connection ends at once with the reason.
internal sealed class PostgresOpening(IStore store) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        // Offered, but another was chosen.
        if (store is PostgresStore chosen) await chosen.OpenAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
