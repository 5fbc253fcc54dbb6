using Everturn.Turns;
using Microsoft.Extensions.Hosting;

namespace Everturn.Hosting;

/// <summary>Starts and stops the engine with its host.</summary>
internal sealed class EngineService(TurnEngine engine, TimeProvider time, Random random) : IHostedService
{
    private Task _recovery = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await new WarmUp(time, random).RunAsync(cancellationToken);
        _recovery = engine.RecoverAsync();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await engine.StopAsync(cancellationToken);
        await _recovery.WaitAsync(cancellationToken);
    }
}
