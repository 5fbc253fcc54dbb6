using Everturn.Delivery;
using Everturn.Hosting;
using Everturn.Turns;

namespace Everturn.Conversations;

/// <summary>One conversation on this node while anything goes on in it: its mailbox, its commits, its tender.</summary>
internal sealed class Conversation
{
    private readonly Tenure _tenure;
    private readonly Tender _tender;
    private readonly QueueRunner _queue;
    private readonly TakeOver _takeOver;
    private readonly NodeContext _node;
    private readonly Action<Conversation, Func<Task>> _keepDuring;

    /// <param name="key">The conversation.</param>
    /// <param name="node">What the node gives it.</param>
    /// <param name="bots">Runs the bot.</param>
    /// <param name="keepDuring">Runs something in the background and keeps this object until it ends.</param>
    public Conversation(ConversationKey key, NodeContext node, IBotRunner bots, Action<Conversation, Func<Task>> keepDuring)
    {
        Key = key;
        _node = node;
        _keepDuring = keepDuring;
        Committer = new(key, node, Written);
        Mailbox = new(key, Committer, node, bots);
        var deadLetters = new DeadLetters(node);
        _tenure = new(key, Committer, node);
        _tender = new(key, Committer, _tenure, deadLetters, node);
        _queue = new(key, Committer, _tenure, deadLetters, bots, node);
        _takeOver = new(key, Committer, new Retirement(key, Committer, node), node);
    }

    public ConversationKey Key { get; }

    public Committer Committer { get; }

    public Mailbox Mailbox { get; }

    /// <summary>How many activities and background tasks need this object; the registry's.</summary>
    public int Users { get; set; }

    /// <summary>Looks whether another node has left something undelivered, and takes over if so.</summary>
    public void Watch() => Begin(_takeOver.WatchAsync);

    /// <summary>Looks once whether a node that is proven dead has left something undelivered.</summary>
    public void Look() => Begin(_takeOver.LookAsync);

    /// <summary>Ends the waits of the tender and its queue: the node stops.</summary>
    public void Hurry()
    {
        _tender.Hurry();
        _queue.Hurry();
    }

    private void Begin(Func<Task> watch)
    {
        if (_takeOver.TryBegin())
        {
            _keepDuring(this, watch);
        }
    }

    private void Written(Snapshot snapshot, long begun)
    {
        _tenure.Learn(snapshot, begun);
        if (_tender.Begins())
        {
            _keepDuring(this, _tender.TendAsync);
        }

        if (_queue.Begins())
        {
            _keepDuring(this, _queue.RunAsync);
        }

        var owner = snapshot.Record.Lease.Owner;
        if (owner is not null && owner != _node.Incarnation)
        {
            _takeOver.IsAwaited = true;
            Watch();
        }
    }
}
