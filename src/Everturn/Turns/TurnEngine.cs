using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Hosting;

namespace Everturn.Turns;

/// <summary>The engine of one node.</summary>
internal sealed class TurnEngine : ITurnEngine, IPeers
{
    private readonly NodeContext _node;
    private readonly ConversationRegistry _conversations;
    private readonly Recovery _recovery;

    public TurnEngine(NodeContext node, IBotRunner bots)
    {
        _node = node;
        _conversations = new(node, bots);
        _recovery = new(node, _conversations);
    }

    /// <inheritdoc />
    public string Incarnation => _node.Incarnation;

    /// <inheritdoc />
    public void ReportDead(string incarnation)
    {
        if (incarnation != _node.Incarnation && _node.Departed.Add(incarnation))
        {
            _recovery.Hurry(lookForDead: true);
        }
    }

    /// <summary>Recovers what other nodes left, until <see cref="StopAsync"/>.</summary>
    public Task RecoverAsync() => Task.WhenAll(_recovery.RunAsync(), _recovery.ListenAsync());

    /// <inheritdoc />
    public async ValueTask<TurnOutcome> ProcessAsync(InboundActivity inbound, CancellationToken cancellationToken)
    {
        if (_node.Stopping.IsCancellationRequested)
        {
            return new TurnOutcome.Unavailable("ET1012: the node is stopping.", TimeSpan.Zero);
        }

        if (inbound.Activity is not { ChannelId.Length: > 0, Conversation.Id.Length: > 0 })
        {
            return new TurnOutcome.Refused("ET1013: an activity needs channelId and conversation.id.");
        }

        var key = new ConversationKey(_node.Options.Bot, inbound.Activity.ChannelId, inbound.Activity.Conversation.Id);
        if (!key.IsValid())
        {
            return new TurnOutcome.Refused("ET1001: the conversation id is too long, or not valid Unicode.");
        }

        if (_node.Options.Queued && (inbound.Activity.Type == ActivityTypes.Invoke || inbound.Activity.DeliveryMode == DeliveryModes.ExpectReplies))
        {
            return new TurnOutcome.Refused("ET1025: this bot answers from a queue, so it cannot answer an invoke or expectReplies activity at once. Send it as an event, or without deliveryMode.");
        }

        if (!_node.Budget.TryHold(inbound.Json.Length))
        {
            var full = $"ET1019: more than {_node.Options.MaxWaitingBytes} bytes of activities wait for their turns on this node. Send it again later.";
            _node.Log.GivenUp(key.Id, full);
            return new TurnOutcome.Unavailable(full, TimeSpan.FromSeconds(1));
        }

        var identity = ActivityIdentity.Of(inbound, () => Convert.ToHexStringLower(_node.RandomBytes(16)));
        var letter = new Letter(inbound, identity, new Deadline(_node.Time, _node.Options.TurnDeadline), () => _node.Budget.Free(inbound.Json.Length));
        if (!_conversations.TryPost(key, letter))
        {
            letter.Drop();
            var full = $"ET1014: {_node.Options.MailboxCapacity} activities wait for their turn in this conversation. Send it again later.";
            _node.Log.GivenUp(key.Id, full);
            return new TurnOutcome.Unavailable(full, TimeSpan.FromSeconds(1));
        }

        return await letter.Outcome.WaitAsync(cancellationToken);
    }

    /// <summary>Commits something to a conversation, whatever else goes on in it; what it owes then is looked after.</summary>
    public Task<T> UseAsync<T>(ConversationKey key, Func<Committer, Task<T>> use) => _conversations.UseAsync(key, use);

    /// <summary>Takes nothing new, lets everything under way come to its end, and gives leases back.</summary>
    /// <param name="cancellationToken">Stops the wait; other nodes then take over when the leases end.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _node.Stopping.Cancel();
        _conversations.Hurry();
        _recovery.Hurry(lookForDead: false);
        await _conversations.WhenIdleAsync().WaitAsync(cancellationToken);
    }
}
