using Everturn.Activities;

namespace Everturn.Cli.Chat;

/// <summary>A conversation of a terminal, or of a pipe, with a bot: lines in, replies out.</summary>
internal sealed class ChatSession(Conversation conversation, TextReader input, TextWriter output, TextWriter error, bool interactive)
{
    // From a pipe the next line waits for the reply to the one before, so that the output reads as a conversation; a bot may
    // also say nothing to a line. At the end there is time for a node to die and another to deliver what it owed.
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AtTheEnd = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LastWords = TimeSpan.FromMilliseconds(200);

    private readonly PendingReplies _pending = new();

    /// <summary>Runs until the input ends and, from a pipe, the replies have come.</summary>
    /// <returns>Whether every line was taken.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var background = Task.WhenAll(PrintAsync(ended.Token), conversation.KeepTokenAsync(ended.Token));
        var typing = TypeAsync(ended.Token);
        try
        {
            // The background only ends by failing: the conversation is lost then.
            await await Task.WhenAny(typing, background);
            return await typing;
        }
        finally
        {
            await ended.CancelAsync();
            await background.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> TypeAsync(CancellationToken cancellationToken)
    {
        var allTaken = true;
        // Console input blocks its thread even when asked not to.
        while (await Task.Run(input.ReadLine, CancellationToken.None).WaitAsync(cancellationToken) is { } line)
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            try
            {
                if (await conversation.SendAsync(line, cancellationToken) is { } id)
                {
                    _pending.Sent(id);
                }
            }
            catch (CliException exception)
            {
                allTaken = false;
                await error.WriteLineAsync($"everturn: not sent: '{line}': {exception.Message}");
                continue;
            }

            if (!interactive)
            {
                await _pending.WaitAsync(BetweenLines, cancellationToken);
            }
        }

        if (!interactive)
        {
            await WaitForRepliesAsync(cancellationToken);
        }

        return allTaken;
    }

    private async Task WaitForRepliesAsync(CancellationToken cancellationToken)
    {
        if (!await _pending.WaitAsync(AtTheEnd, cancellationToken))
        {
            await error.WriteLineAsync($"everturn: {_pending.Count} line(s) without a reply.");
        }

        // A turn may have more than one reply.
        await Task.Delay(LastWords, cancellationToken);
    }

    private async Task PrintAsync(CancellationToken cancellationToken)
    {
        await foreach (var activity in conversation.ReceiveAsync(cancellationToken))
        {
            if (activity.From?.Id == conversation.User.Id)
            {
                continue;
            }

            foreach (var line in ReplyText.Of(activity))
            {
                await output.WriteLineAsync(interactive ? $"bot> {line}" : line);
            }

            await output.FlushAsync(cancellationToken);
            if (activity is { Type: not ActivityTypes.Typing, ReplyToId: { } id })
            {
                _pending.Answered(id);
            }
        }
    }
}
