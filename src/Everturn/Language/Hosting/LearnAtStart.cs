using Everturn.Language.Local;
using Microsoft.Extensions.Hosting;

namespace Everturn.Language.Hosting;

/// <summary>Has the local recognizer made before the node serves: so that a bad file stops the start, and no user waits for the learning.</summary>
internal sealed class LearnAtStart(LocalRecognizer recognizer) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = recognizer.Name;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
