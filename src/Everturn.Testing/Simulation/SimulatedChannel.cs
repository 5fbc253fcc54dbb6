using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Testing.VirtualTime;

namespace Everturn.Testing.Simulation;

/// <summary>The channel that all simulated nodes deliver to.</summary>
/// <param name="scheduler">Decides.</param>
/// <param name="world">What goes on when nodes die.</param>
/// <param name="history">Where arrivals are noted.</param>
/// <param name="takesOurIds">Whether it shows a row that comes twice once, as the embedded channel does.</param>
/// <param name="appliesOldChanges">Whether it is broken: a change that it knows is applied once more.</param>
internal sealed class SimulatedChannel(Scheduler scheduler, Process world, History history, bool takesOurIds, bool appliesOldChanges)
{
    private readonly Dictionary<string, RowId> _highest = new(StringComparer.Ordinal);

    // What is shown, and whether it was taken back, by the name that the channel gives it.
    private readonly Dictionary<string, bool> _isDeleted = new(StringComparer.Ordinal);

    /// <summary>The share of deliveries that fail, 0 to 1.</summary>
    public double Unreliability { get; set; }

    public bool TakesOurIds => takesOurIds;

    /// <summary>Told of each arrival.</summary>
    public Action<Arrival>? Arrived { get; set; }

    /// <summary>A node's way to the channel.</summary>
    public IChannel For(string node) => new Connection(this, node);

    /// <summary>A row arrives.</summary>
    public DeliveryOutcome Arrive(string conversation, OutboxRow row, string node, bool answerLost)
    {
        var isNew = !_highest.TryGetValue(conversation, out var highest) || row.Id > highest;
        if (!isNew)
        {
            history.Count(row.Action is RowAction.Send ? "row delivered again" : "change delivered again");
        }
        else
        {
            _highest[conversation] = row.Id;
        }

        var counts = isNew || !takesOurIds || (row.Action is not RowAction.Send && appliesOldChanges);
        var id = row.Action is RowAction.Send ? NameOf(conversation, row.Id) : takesOurIds ? NameOf(conversation, row.TargetRow!.Value) : row.TargetId ?? "";
        var isRejected = counts && row.Action is not RowAction.Send && !CanChange(id);
        if (counts && !isRejected)
        {
            Show(row.Action, id);
        }

        var text = ActivityJson.Read(row.Activity.Span).Text ?? "";
        var arrival = new Arrival(scheduler.Now, conversation, row.Id, row.IsEcho, text, node, counts && !isRejected, answerLost) { Action = row.Action, ActivityId = id };
        history.Arrivals.Add(arrival);
        Arrived?.Invoke(arrival);
        return isRejected ? new DeliveryOutcome.Rejected("simulated 404") : new DeliveryOutcome.Delivered(takesOurIds ? null : id);
    }

    // A channel that does not take our ids makes another activity of each arrival.
    private string NameOf(string conversation, RowId row) => takesOurIds ? $"{conversation}:{row}" : $"x{history.Arrivals.Count}";

    private bool CanChange(string id)
    {
        if (!_isDeleted.TryGetValue(id, out var isDeleted))
        {
            return false;
        }

        if (isDeleted)
        {
            history.Count("change of a deleted activity rejected");
        }

        return !isDeleted;
    }

    private void Show(RowAction action, string id)
    {
        _isDeleted[id] = action is RowAction.Delete;
        if (action is not RowAction.Send)
        {
            history.Count(action is RowAction.Update ? "activity updated" : "activity deleted");
        }
    }

    private void Forget(string conversation)
    {
        _highest.Remove(conversation);
        foreach (var id in _isDeleted.Keys.Where(id => id.StartsWith(conversation + ":", StringComparison.Ordinal)).ToArray())
        {
            _isDeleted.Remove(id);
        }
    }

    private async Task<DeliveryOutcome> DeliverAsync(string conversation, OutboxRow row, string node)
    {
        var answer = new TaskCompletionSource<DeliveryOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var fails = scheduler.Random.NextDouble() < Unreliability;
        var fate = fails ? scheduler.Random.Next(5) : -1;
        scheduler.After(TimeSpan.FromMilliseconds(0.2) + scheduler.UpTo(TimeSpan.FromMilliseconds(fate == 4 ? 1500 : 5)), world, () =>
        {
            switch (fate)
            {
                case 0:
                    answer.TrySetResult(new DeliveryOutcome.Retry(scheduler.UpTo(TimeSpan.FromSeconds(2)), "simulated 429"));
                    return;
                case 1:
                    answer.TrySetResult(new DeliveryOutcome.Retry(null, "simulated 503"));
                    return;
                case 2:
                    Arrive(conversation, row, node, answerLost: true);
                    answer.TrySetResult(new DeliveryOutcome.Ambiguous("simulated: the answer was lost"));
                    return;
                case 3:
                    Arrive(conversation, row, node, answerLost: true);
                    answer.TrySetException(new IOException("simulated: the connection was cut"));
                    return;
                default:
                    var outcome = Arrive(conversation, row, node, answerLost: false);
                    scheduler.After(scheduler.UpTo(TimeSpan.FromMilliseconds(3)), world, () => answer.TrySetResult(outcome));
                    return;
            }
        });
        return await answer.Task;
    }

    private sealed class Connection(SimulatedChannel channel, string node) : IChannel
    {
        public bool TakesOurIds => channel.TakesOurIds;

        public bool Serves(string channelId, string serviceUrl) => true;

        public async ValueTask<IReadOnlyList<DeliveryOutcome>> DeliverAsync(
            ConversationKey conversation, IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken)
        {
            var outcomes = new List<DeliveryOutcome>();
            foreach (var row in rows)
            {
                outcomes.Add(await channel.DeliverAsync(conversation.Id, row, node));
                if (outcomes[^1] is not DeliveryOutcome.Delivered || cancellationToken.IsCancellationRequested)
                {
                    break;
                }
            }

            return outcomes;
        }

        public ValueTask SendEphemeralAsync(ConversationKey conversation, Activity activity, CancellationToken cancellationToken) => default;

        // What is left of a conversation that ended: its numbers begin anew.
        public ValueTask ForgetAsync(ConversationKey conversation, CancellationToken cancellationToken)
        {
            channel.Forget(conversation.Id);
            return default;
        }
    }
}
