using Everturn.Hosting;
using Everturn.Turns;

namespace Everturn.Conversations;

/// <summary>The conversations in which something goes on just now on this node.</summary>
internal sealed class ConversationRegistry(NodeContext node, IBotRunner bots)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ConversationKey, Conversation> _active = [];
    private TaskCompletionSource? _empty;

    /// <summary>Posts an activity to its conversation's mailbox; false when that is full.</summary>
    public bool TryPost(ConversationKey key, Letter letter)
    {
        var conversation = Enter(key);
        var posted = conversation.Mailbox.TryPost(letter, out var mustRun);
        if (mustRun)
        {
            KeepDuring(conversation, conversation.Mailbox.RunAsync);
        }

        Leave(conversation);
        return posted;
    }

    /// <summary>Commits something to a conversation, whatever else goes on in it.</summary>
    public async Task<T> UseAsync<T>(ConversationKey key, Func<Committer, Task<T>> use)
    {
        var conversation = Enter(key);
        try
        {
            return await use(conversation.Committer);
        }
        finally
        {
            Leave(conversation);
        }
    }

    /// <summary>Looks after a conversation that may owe something.</summary>
    public void Watch(ConversationKey key) => Use(key, conversation => conversation.Watch());

    /// <summary>Looks once after a conversation whose tender may be a node that is proven dead.</summary>
    public void Look(ConversationKey key) => Use(key, conversation => conversation.Look());

    /// <summary>Ends the waits of all tenders: the node stops.</summary>
    public void Hurry()
    {
        lock (_lock)
        {
            foreach (var conversation in _active.Values)
            {
                conversation.Hurry();
            }
        }
    }

    /// <summary>Completes when nothing goes on any more.</summary>
    public Task WhenIdleAsync()
    {
        lock (_lock)
        {
            if (_active.Count == 0)
            {
                return Task.CompletedTask;
            }

            _empty ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _empty.Task;
        }
    }

    private void Use(ConversationKey key, Action<Conversation> action)
    {
        var conversation = Enter(key);
        action(conversation);
        Leave(conversation);
    }

    private Conversation Enter(ConversationKey key)
    {
        lock (_lock)
        {
            if (!_active.TryGetValue(key, out var conversation))
            {
                conversation = new Conversation(key, node, bots, KeepDuring);
                _active.Add(key, conversation);
            }

            conversation.Users++;
            return conversation;
        }
    }

    private void Leave(Conversation conversation)
    {
        lock (_lock)
        {
            if (--conversation.Users > 0)
            {
                return;
            }

            _active.Remove(conversation.Key);
            if (_active.Count == 0)
            {
                _empty?.TrySetResult();
                _empty = null;
            }
        }
    }

    // Background work outlives the request that started it, so it must not carry the request's ambient context along.
    private void KeepDuring(Conversation conversation, Func<Task> work)
    {
        lock (_lock)
        {
            conversation.Users++;
        }

        using var flow = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
        _ = GuardAsync(conversation, work);
    }

    private async Task GuardAsync(Conversation conversation, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (node.Stopping.IsCancellationRequested)
        {
            // The node stops; another one finds what is owed.
        }
        catch (Exception exception)
        {
            node.Log.TenderFailed(conversation.Key.Id, exception);
        }
        finally
        {
            Leave(conversation);
        }
    }
}
