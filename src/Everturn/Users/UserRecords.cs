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
                var document = await node.Circuit.CallAsync(() => store.LoadAsync(row.User!, cancellationToken).AsTask());
                var record = document is null ? UserRecord.Empty : UserRecordFormat.Read(document.Content);
                var content = UserRecordFormat.Write(record.With(patch, row.Id));
                // Written even when the row is there already: what a read shows may be a write in doubt.
                var saved = await node.Circuit.CallAsync(() =>
                    store.SaveAsync(row.User!, content, document?.ETag, due: null).AsTask().WaitAsync(deadline.Remaining, node.Time));
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
