using System.Collections.Concurrent;
using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Testing.VirtualTime;

namespace Everturn.Testing.Bots;

/// <summary>The channel between the test and all nodes: stands for Direct Line, Teams and the like.</summary>
internal sealed class TestChannel(Scheduler scheduler, Process world, Faults faults, bool takesOurIds)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Scheduler _scheduler = scheduler;
    private readonly Process _world = world;
    private readonly Faults _faults = faults;
    private readonly ConcurrentDictionary<string, Transcript> _transcripts = new(StringComparer.Ordinal);

    public bool TakesOurIds { get; } = takesOurIds;

    public Transcript In(string conversation) => _transcripts.GetOrAdd(conversation, id => new Transcript(id));

    /// <summary>What was said in all conversations.</summary>
    public IEnumerable<Transcript> Transcripts => _transcripts.Values;

    /// <summary>A node's way to the channel.</summary>
    /// <param name="process">The node's.</param>
    /// <param name="die">Ends the node.</param>
    public IChannel For(Process process, Action die) => new Connection(this, process, die);

    private sealed class Connection(TestChannel channel, Process process, Action die) : IChannel
    {
        public bool TakesOurIds => channel.TakesOurIds;

        public bool Serves(string channelId, string serviceUrl) => true;

        public async ValueTask<IReadOnlyList<DeliveryOutcome>> DeliverAsync(
            ConversationKey conversation, IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken)
        {
            var outcomes = new List<DeliveryOutcome>();
            foreach (var row in rows)
            {
                outcomes.Add(await ArriveAsync(conversation, row));
                if (outcomes[^1] is not DeliveryOutcome.Delivered)
                {
                    break;
                }
            }

            return outcomes;
        }

        public ValueTask SendEphemeralAsync(ConversationKey conversation, Activity activity, CancellationToken cancellationToken)
        {
            if (RunUnderWay.Current is not { IsRepetition: true })
            {
                channel.In(conversation.Id).Write();
            }

            return default;
        }

        public TimeSpan? PreviewInterval(string channelId) => Interval;

        public ValueTask<string?> SendPreviewAsync(ConversationKey conversation, Activity activity, CancellationToken cancellationToken)
        {
            if (RunUnderWay.Current is not { IsRepetition: true } && activity.Text is { } text)
            {
                channel.In(conversation.Id).Preview(text);
            }

            return new(activity.Id);
        }

        public ValueTask ForgetAsync(ConversationKey conversation, CancellationToken cancellationToken)
        {
            channel.In(conversation.Id).Forget();
            return default;
        }

        private async Task<DeliveryOutcome> ArriveAsync(ConversationKey conversation, OutboxRow row)
        {
            var arrived = new TaskCompletionSource<DeliveryOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
            channel._scheduler.Soon(process, () => channel._scheduler.Soon(channel._world, () =>
            {
                if (channel._faults.Crashes(CrashPoint.Moment.BeforeDelivery))
                {
                    die();
                    return;
                }

                var outcome = channel.In(conversation.Id).Arrive(row, channel.TakesOurIds);
                if (channel._faults.Crashes(CrashPoint.Moment.AfterDelivery))
                {
                    die();
                    return;
                }

                arrived.TrySetResult(outcome);
            }));
            return await arrived.Task;
        }
    }
}
