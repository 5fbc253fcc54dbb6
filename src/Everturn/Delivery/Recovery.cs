using Everturn.Conversations;
using Everturn.Hosting;
using Everturn.Storage;
using Everturn.Users;

namespace Everturn.Delivery;

/// <summary>Looks for conversations of this bot that are owed something, whichever node left them.</summary>
internal sealed class Recovery(NodeContext node, ConversationRegistry conversations)
{
    /// <summary>The most conversations taken up in one round.</summary>
    private readonly int _mostARound = Math.Max(64, node.Options.MaxTakeoversPerSecond);
    private readonly Wakeup _wakeup = new(node.Time);
    private volatile bool _lookForDead;
    private string? _after;

    /// <summary>Begins a round now: a node is dead, or this one stops.</summary>
    /// <param name="lookForDead">Whether to look also at what is not due yet.</param>
    public void Hurry(bool lookForDead)
    {
        _lookForDead |= lookForDead;
        _wakeup.Signal();
    }

    /// <summary>Rounds until the node stops, each a jittered interval after the one before.</summary>
    public async Task RunAsync()
    {
        var scope = StoreKey.Scope(node.Options.Bot);
        while (!node.Stopping.IsCancellationRequested)
        {
            try
            {
                await _wakeup.WaitAsync(node.Jittered(node.Options.RecoveryInterval));
                if (_lookForDead)
                {
                    _lookForDead = false;
                    await LookForDeadAsync(scope);
                }

                await RoundAsync(scope);
            }
            catch (OperationCanceledException) when (node.Stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                node.Log.RecoveryFailed(exception);
            }
        }
    }

    /// <summary>Looks at what other nodes say is due now, instead of waiting for the next round, until the node stops.</summary>
    /// <remarks>Does nothing when the store carries no such hints.</remarks>
    public async Task ListenAsync()
    {
        if (node.Store is not IStoreSignals signals)
        {
            return;
        }

        try
        {
            await foreach (var storeKey in signals.ListenAsync(node.Stopping.Token))
            {
                if (ConversationKey.TryParse(storeKey, out var key) && key.Bot == node.Options.Bot)
                {
                    conversations.Watch(key);
                }
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !node.Stopping.IsCancellationRequested)
        {
            node.Log.HintsFailed(exception);
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    // What a dead node owed falls due when its lease ends; now it need not be waited for. What the allowance does not cover is
    // left to the rounds.
    private async Task LookForDeadAsync(string scope)
    {
        var soon = node.Time.GetUtcNow() + (2 * node.Options.LeaseDuration);
        string? after = null;
        do
        {
            var due = await node.Store.ListDueAsync(scope, soon, after, _mostARound, node.Stopping.Token);
            after = due.Count < _mostARound ? null : due[^1];
            foreach (var storeKey in due)
            {
                if (ConversationKey.TryParse(storeKey, out var key))
                {
                    conversations.Look(key);
                }
            }
        }
        while (after is not null && !node.Takeovers.IsEmpty);
    }

    private async Task RoundAsync(string scope)
    {
        var due = await node.Store.ListDueAsync(scope, node.Time.GetUtcNow(), _after, _mostARound, node.Stopping.Token);
        _after = due.Count < _mostARound ? null : due[^1];
        foreach (var storeKey in due)
        {
            if (ConversationKey.TryParse(storeKey, out var key))
            {
                conversations.Watch(key);
            }
            else if (UserKey.IsOne(storeKey))
            {
                await node.Users.RetireAsync(storeKey, node.Stopping.Token);
            }
        }
    }
}
