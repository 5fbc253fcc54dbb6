using Everturn.OpenAI.Recognizing;
using Microsoft.Extensions.Hosting;

namespace Everturn.OpenAI.Hosting;

/// <summary>Has the recognizer made before the node serves, so that wrong settings stop the start.</summary>
internal sealed class MadeAtStart(ChatRecognizer recognizer) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = recognizer.Name;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
