using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Hosting;

namespace Everturn.Users;

/// <summary>Applies what turns have changed in users' states, where a conversation and a user cannot be written as one.</summary>
internal sealed class UserRecords(NodeContext node) : IChannel
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public bool TakesOurIds => true;

    public bool Serves(string channelId, string serviceUrl) => false;

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<DeliveryOutcome>> DeliverAsync(
        ConversationKey conversation, IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken)
    {
        var outcomes = new List<DeliveryOutcome>();
        foreach (var row in rows)
        {
            outcomes.Add(await ApplyAsync(row, cancellationToken));
            if (outcomes[^1] is not DeliveryOutcome.Delivered)
            {
                break;
            }
        }

        return outcomes;
    }

    public ValueTask SendEphemeralAsync(ConversationKey conversation, Activity activity, CancellationToken cancellationToken) => default;

    /// <summary>Deletes a user's state. False when it could not be done in time; null when there was none.</summary>
    /// <remarks>
    /// What remains for a while stands in the way of rows, and of first writes, that were begun before and come late: so it is written
    /// also where there is no record.
    /// </remarks>
    /// <param name="storeKey">The record's key.</param>
    /// <param name="isKnown">Whether anything else was found of the user: if not, what is not there stays so.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<bool?> EraseAsync(string storeKey, bool isKnown, CancellationToken cancellationToken)
    {
        var deadline = new Deadline(node.Time, Patience);
        var wasThere = false;
        for (var attempt = 0; !deadline.HasPassed; attempt++)
        {
            try
            {
                var store = node.Store;
                var document = await node.Circuit.CallAsync(() => store.LoadAsync(storeKey, cancellationToken).AsTask(), cancellationToken);
                var record = document is null ? UserRecord.Empty : UserRecordFormat.Read(document.Content);
                var isErased = document is null ? !isKnown : record.EndedUntil is not null;
                if (isErased && attempt == 0)
                {
                    return null;
                }

                wasThere |= document is not null && record.EndedUntil is null;
                var next = record.Erased(node.Time.GetUtcNow() + node.Options.TombstoneRetention);
                var saved = await node.Circuit.CallAsync(() =>
                    store.SaveAsync(storeKey, UserRecordFormat.Write(next), document?.ETag, next.EndedUntil).AsTask().WaitAsync(deadline.Remaining, node.Time), cancellationToken);
                if (saved.IsSaved)
                {
                    return wasThere ? true : null;
                }
            }
            catch (Exception exception) when (exception is not UnreadableRecordException && !cancellationToken.IsCancellationRequested)
            {
                node.Log.StoreFailed(storeKey, exception);
            }

            await node.BackOffAsync(attempt, deadline);
        }

        return false;
    }

    /// <summary>Deletes what remains of an erased record when its time is over.</summary>
    public async Task RetireAsync(string storeKey, CancellationToken cancellationToken)
    {
        var store = node.Store;
        try
        {
            if (await node.Circuit.CallAsync(() => store.LoadAsync(storeKey, cancellationToken).AsTask(), cancellationToken) is { } document
                && UserRecordFormat.Read(document.Content).EndedUntil <= node.Time.GetUtcNow())
            {
                await node.Circuit.CallAsync(() => store.DeleteAsync(storeKey, document.ETag).AsTask(), cancellationToken);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            node.Log.RetirementFailed(storeKey, exception);
        }
    }

    private async Task<DeliveryOutcome> ApplyAsync(OutboxRow row, CancellationToken cancellationToken)
    {
        var patch = UserPatch.Read(row.Activity);
        // Nobody applies a row long after it was handed to him: somebody else has done so meanwhile, and more.
        var deadline = new Deadline(node.Time, Patience);
        for (var attempt = 0; !deadline.HasPassed && !cancellationToken.IsCancellationRequested; attempt++)
        {
            try
            {
                var store = node.Store;
                var document = await node.Circuit.CallAsync(() => store.LoadAsync(row.User!, cancellationToken).AsTask(), cancellationToken);
                var record = document is null ? UserRecord.Empty : UserRecordFormat.Read(document.Content);
                var next = record.With(patch, row.Id);
                // Written even when the row is there already: what a read shows may be a write in doubt.
                var saved = await node.Circuit.CallAsync(() =>
                    store.SaveAsync(row.User!, UserRecordFormat.Write(next), document?.ETag, next.EndedUntil).AsTask().WaitAsync(deadline.Remaining, node.Time), cancellationToken);
                if (saved.IsSaved)
                {
                    return new DeliveryOutcome.Delivered(null);
                }
            }
            catch (UnreadableRecordException exception)
            {
                return new DeliveryOutcome.Retry(null, exception.Message);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                node.Log.StoreFailed(row.User!, exception);
            }

            await node.BackOffAsync(attempt, deadline);
        }

        return new DeliveryOutcome.Retry(null, "The user's record could not be written in time.");
    }
}
