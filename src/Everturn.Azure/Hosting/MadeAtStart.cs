using Everturn.Azure.Clu;
using Microsoft.Extensions.Hosting;

namespace Everturn.Azure.Hosting;

/// <summary>Has the recognizer made before the node serves, so that wrong settings stop the start.</summary>
internal sealed class MadeAtStart(CluRecognizer recognizer) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = recognizer.Name;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
