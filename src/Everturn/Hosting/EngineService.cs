using Everturn.Turns;
using Microsoft.Extensions.Hosting;

namespace Everturn.Hosting;

/// <summary>Starts and stops the engine with its host.</summary>
internal sealed class EngineService(TurnEngine engine) : IHostedService
{
    private Task _recovery = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _recovery = engine.RecoverAsync();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await engine.StopAsync(cancellationToken);
        await _recovery.WaitAsync(cancellationToken);
    }
}
