using System.Collections.Concurrent;
using Everturn.DirectLine.Transcripts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Everturn.DirectLine.Streams;

/// <summary>The conversations that somebody watches through this node; each is read from the store at intervals while that is so.</summary>
internal sealed class LiveConversations(
    TranscriptStore transcripts, IOptions<DirectLineOptions> options, TimeProvider time, ILogger<LiveConversations> logger)
{
    private readonly ConcurrentDictionary<string, LiveConversation> _conversations = new(StringComparer.Ordinal);

    public bool Has(string conversation) => _conversations.ContainsKey(conversation);

    /// <summary>Tells streams of activities that this node has appended.</summary>
    public void Publish(string conversation, Transcript head)
    {
        if (_conversations.TryGetValue(conversation, out var live))
        {
            live.Publish(head);
        }
        else
        {
            // Nobody watches here; perhaps somebody does on another node. A second watcher elsewhere finds out by polling.
            transcripts.Announce(conversation);
        }
    }

    /// <summary>Looks at once at a conversation, if it has streams here: another node has written to it.</summary>
    public void Hint(string conversation)
    {
        if (_conversations.TryGetValue(conversation, out var live))
        {
            live.Hint();
        }
    }

    /// <summary>Whether an activity of this id is known to be in a conversation that somebody watches here.</summary>
    public bool Holds(string conversation, string id) =>
        _conversations.TryGetValue(conversation, out var live) && live.Head.Holds(id);

    public void PublishEphemeral(string conversation, ReadOnlyMemory<byte> activity)
    {
        if (_conversations.TryGetValue(conversation, out var live))
        {
            live.PublishEphemeral(activity);
        }
    }

    /// <summary>Adds a stream; null when the conversation has too many.</summary>
    /// <exception cref="StoreUnavailableException">The store failed.</exception>
    public async ValueTask<StreamSubscription?> SubscribeAsync(string conversation, CancellationToken cancellationToken)
    {
        // Read anew: what other nodes wrote must come with the first frame, not with the first poll.
        var head = (await transcripts.LoadAsync(conversation, cancellationToken)).Transcript;
        while (true)
        {
            var created = new LiveConversation(this, conversation, head);
            var live = _conversations.GetOrAdd(conversation, created);
            if (live.TryAdd(options.Value.MaxStreams) is { } subscription)
            {
                live.Publish(head);
                if (ReferenceEquals(live, created))
                {
                    _ = PollAsync(live);
                }

                return subscription;
            }

            if (!live.Abandoned.IsCancellationRequested)
            {
                return null;
            }

            Forget(live);
        }
    }

    public void Forget(LiveConversation conversation) =>
        _conversations.TryRemove(new KeyValuePair<string, LiveConversation>(conversation.Id, conversation));

    // One reader for all streams of a conversation, for as long as there are any.
    private async Task PollAsync(LiveConversation live)
    {
        var stop = live.Abandoned.Token;
        var failing = false;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await live.WaitAsync(options.Value.PollInterval, time);
                live.Publish((await transcripts.LoadAsync(live.Id, stop)).Transcript);
                failing = false;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                if (!failing)
                {
                    logger.PollFailed(exception, live.Id);
                }

                failing = true;
            }
        }
    }
}
