using Everturn.DirectLine.Transcripts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Everturn.DirectLine.Streams;

/// <summary>Wakes streams when another node has written to their conversation, where the store carries such hints.</summary>
internal sealed class TranscriptHints(TranscriptStore transcripts, LiveConversations live, ILogger<TranscriptHints> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var conversation in transcripts.ListenAsync(stoppingToken))
            {
                live.Hint(conversation);
            }
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            // Streams go on by polling.
            logger.HintsEnded(exception);
        }
    }
}
