using Everturn.Conversations;
using Everturn.Hosting;

namespace Everturn.Delivery;

/// <summary>Ends a conversation whose time is over, and deletes what remains of it when nothing late can come any more.</summary>
internal sealed class Retirement(ConversationKey key, Committer committer, NodeContext node)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Does what is due for a conversation that owes nothing, if anything is.</summary>
    public async Task RetireAsync(Snapshot snapshot)
    {
        var now = node.Time.GetUtcNow();
        try
        {
            if (snapshot is { Record.EndedUntil: { } until, ETag: { } etag })
            {
                if (until <= now)
                {
                    await ForgetAsync(etag);
                }
            }
            else if (snapshot.Record.Expires <= now)
            {
                await EndAsync(isErasure: false);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !node.Stopping.IsCancellationRequested)
        {
            node.Log.RetirementFailed(key.Id, exception);
        }
    }

    /// <summary>Ends the conversation; says why not when it cannot.</summary>
    /// <param name="isErasure">Whether somebody wishes it.</param>
    public async Task<CommitOutcome> EndAsync(bool isErasure)
    {
        var end = new Operation.End(node.NewStamp(), isErasure, node.Bounds, node.Time.GetUtcNow());
        var outcome = await committer.CommitAsync([end], new Deadline(node.Time, Patience));
        if (outcome is CommitOutcome.Committed)
        {
            node.Log.Expired(key.Id);
            await node.Channels.EraseAsync(key, node.Stopping.Token);
        }

        return outcome;
    }

    private async Task ForgetAsync(Storage.ETag etag)
    {
        await node.Channels.ForgetAsync(key, node.Stopping.Token);
        var store = node.Store;
        if (await node.Circuit.CallAsync(() => store.DeleteAsync(key.ToStoreKey(), etag).AsTask()))
        {
            node.Cache.Remove(key);
            node.Log.Forgotten(key.Id);
        }
    }
}
