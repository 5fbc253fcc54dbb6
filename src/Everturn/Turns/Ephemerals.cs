using System.Collections.Concurrent;
using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Hosting;

namespace Everturn.Turns;

/// <summary>
/// What the runs of one turn on this node send before it is committed: typing indicators, and previews of streamed messages.
/// Best effort: what fails is forgotten.
/// </summary>
/// <remarks>
/// A run that is repeated goes on with the stream that clients see. What they still see of it when the turn ends without its message is
/// taken away, so that it does not stand beside what was really said.
/// </remarks>
internal sealed class Ephemerals(InboundActivity inbound, ConversationKey conversation, NodeContext node)
{
    // For what is under way when a turn ends, and for taking away what was shown.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, Shown> _shown = new(StringComparer.Ordinal);
    private HashSet<string> _committed = [];
    private long? _lastSent;

    /// <summary>Whether this turn is still this node's, for all that it knows.</summary>
    public Func<bool> MayShow { get; init; } = static () => true;

    /// <summary>How often a preview may be sent; null where none is shown. An answer to expectReplies holds the replies alone.</summary>
    public TimeSpan? Interval => inbound.Activity.DeliveryMode == DeliveryModes.ExpectReplies
        ? null
        : Channel?.PreviewInterval(inbound.Activity.ChannelId ?? "");

    private IChannel? Channel => node.Channels.For(inbound.Activity.ChannelId ?? "", inbound.Activity.ServiceUrl ?? "");

    /// <summary>When anything was last sent, by the monotonic clock; null when nothing was.</summary>
    public long? LastSent
    {
        get
        {
            lock (_lock)
            {
                return _lastSent;
            }
        }
    }

    /// <summary>Sends a typing indicator.</summary>
    public async ValueTask SendAsync(Activity activity, CancellationToken cancellationToken)
    {
        NoteSent();
        if (Channel is not { } channel || !MayShow())
        {
            return;
        }

        try
        {
            await channel.SendEphemeralAsync(conversation, OutgoingActivity.Address(activity, inbound.Activity, inbound.IsUnasked), cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            node.Log.EphemeralLost(conversation.Id, exception);
        }
    }

    /// <summary>Shows a state of a stream.</summary>
    /// <param name="key">Which stream.</param>
    /// <param name="text">All that there is to show.</param>
    /// <param name="type">See <see cref="StreamTypes"/>.</param>
    /// <param name="cancellationToken">Gives up what is under way.</param>
    public async Task ShowAsync(string key, string text, string type, CancellationToken cancellationToken)
    {
        var shown = _shown.GetOrAdd(key, static _ => new());
        if (shown.IsGivenUp || !MayShow())
        {
            return;
        }

        NoteSent();
        var info = new StreamInfo(shown.Id, ++shown.Sequence, type);
        var id = await SendPreviewAsync(key, text, info, cancellationToken);
        // The first names the stream. Without it each next part would begin another one.
        shown.Id ??= id;
        shown.IsGivenUp = shown.Id is null;
    }

    /// <summary>The id that the channel gave a stream; null when it shows none.</summary>
    public string? IdOf(string key) => _shown.GetValueOrDefault(key)?.Id;

    /// <summary>A former attempt, of which this node knows nothing, may have shown this stream.</summary>
    public void Suspect(string key) => _shown.TryAdd(key, new());

    /// <summary>A run has ended with these streams as messages.</summary>
    public void RunEnded(IEnumerable<string> committed) => _committed = [.. committed];

    /// <summary>The turn is over: takes away what is still shown and has not become a message.</summary>
    /// <param name="isCommitted">Whether this node has committed it. Otherwise it may run again, and its streams go on then.</param>
    /// <param name="isElsewhere">
    /// Whether another run is known to have committed it. Where a stream has the same id in every run, its message has taken the place of this run's.
    /// </param>
    public async Task SettleAsync(bool isCommitted, bool isElsewhere = false)
    {
        // Once it is committed nobody else works on it, even when the lease went with the commit.
        if (!isCommitted && !MayShow())
        {
            return;
        }

        var hasMessages = isCommitted || (isElsewhere && Channel is { TakesOurIds: true });
        foreach (var (key, shown) in _shown.Where(pair => !pair.Value.IsGivenUp && !(hasMessages && _committed.Contains(pair.Key))))
        {
            // To clients a stream that has ended is over for good, its message too.
            var info = isCommitted
                ? new StreamInfo(shown.Id, Sequence: null, StreamTypes.Final)
                : new StreamInfo(shown.Id, ++shown.Sequence, StreamTypes.Streaming);
            using var patience = node.CancelAfter(Patience);
            await SendPreviewAsync(key, text: null, info, patience.Token);
        }

        if (isCommitted)
        {
            _shown.Clear();
        }
    }

    /// <summary>Waits, or returns early when the token is cancelled.</summary>
    public async Task DelayAsync(TimeSpan duration, CancellationToken closing) =>
        await node.DelayAsync(duration, closing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    /// <summary>Waits for something that will be done in a moment; false when it takes longer.</summary>
    public async Task<bool> IsDoneSoonAsync(Task task)
    {
        await task.WaitAsync(Patience, node.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return task.IsCompleted;
    }

    private void NoteSent()
    {
        lock (_lock)
        {
            _lastSent = node.Time.GetTimestamp();
        }
    }

    private async Task<string?> SendPreviewAsync(string key, string? text, StreamInfo info, CancellationToken cancellationToken)
    {
        if (Interval is null || Channel is not { } channel)
        {
            return null;
        }

        var activity = OutgoingActivity.Address(new Activity { Type = ActivityTypes.Typing, Id = key, Text = text }, inbound.Activity, inbound.IsUnasked);
        info.ApplyTo(activity);
        try
        {
            return await channel.SendPreviewAsync(conversation, activity, cancellationToken);
        }
        catch (Exception exception)
        {
            node.Log.EphemeralLost(conversation.Id, exception);
            return null;
        }
    }

    private sealed class Shown
    {
        public string? Id { get; set; }

        public long Sequence { get; set; }

        public bool IsGivenUp { get; set; }
    }
}
