using Everturn.Conversations;
using Everturn.Hosting;
using Everturn.Storage;

namespace Everturn.Delivery;

/// <summary>Looks for conversations of this bot that are owed something, whichever node left them.</summary>
internal sealed class Recovery(NodeContext node, ConversationRegistry conversations)
{
    /// <summary>The most conversations taken up in one round.</summary>
    private const int MostARound = 64;

    private string? _after;

    /// <summary>Rounds until the node stops, each a jittered interval after the one before.</summary>
    public async Task RunAsync()
    {
        var scope = StoreKey.Scope(node.Options.Bot);
        while (!node.Stopping.IsCancellationRequested)
        {
            try
            {
                await node.DelayAsync(node.Jittered(node.Options.RecoveryInterval), node.Stopping.Token);
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

    private async Task RoundAsync(string scope)
    {
        var due = await node.Store.ListDueAsync(scope, node.Time.GetUtcNow(), _after, MostARound, node.Stopping.Token);
        _after = due.Count < MostARound ? null : due[^1];
        foreach (var storeKey in due)
        {
            if (ConversationKey.TryParse(storeKey, out var key))
            {
                conversations.Watch(key);
            }
        }
    }
}
