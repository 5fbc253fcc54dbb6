using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Testing.VirtualTime;

namespace Everturn.Testing.Simulation;

/// <summary>The channel that all simulated nodes deliver to.</summary>
/// <param name="takesOurIds">Whether it shows a row that comes twice once, as the embedded channel does.</param>
internal sealed class SimulatedChannel(Scheduler scheduler, Process world, History history, bool takesOurIds)
{
    private readonly Dictionary<string, RowId> _highest = new(StringComparer.Ordinal);

    /// <summary>The share of deliveries that fail, 0 to 1.</summary>
    public double Unreliability { get; set; }

    public bool TakesOurIds => takesOurIds;

    /// <summary>A node's way to the channel.</summary>
    public IChannel For(string node) => new Connection(this, node);

    /// <summary>A row arrives.</summary>
    public void Arrive(string conversation, OutboxRow row, string node, bool answerLost)
    {
        var isNew = !_highest.TryGetValue(conversation, out var highest) || row.Id > highest;
        if (!isNew)
        {
            history.Count("row delivered again");
        }
        else
        {
            _highest[conversation] = row.Id;
        }

        var text = ActivityJson.Read(row.Activity.Span).Text ?? "";
        history.Arrivals.Add(new(scheduler.Now, conversation, row.Id, row.IsEcho, text, node, isNew || !takesOurIds, answerLost));
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
                    Arrive(conversation, row, node, answerLost: false);
                    scheduler.After(scheduler.UpTo(TimeSpan.FromMilliseconds(3)), world, () => answer.TrySetResult(new DeliveryOutcome.Delivered(null)));
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
            channel._highest.Remove(conversation.Id);
            return default;
        }
    }
}
