using System.Globalization;
using Everturn.Activities;
using Everturn.Testing.VirtualTime;
using Everturn.Turns;

namespace Everturn.Testing.Simulation;

/// <summary>The channel's side that sends: it repeats what was not answered, and some things that were.</summary>
internal sealed class SimulatedClients(
    Scheduler scheduler, Process process, History history, SimulationOptions options, SimulatedWorld world, Func<SimulatedNode?> anyNode)
{
    /// <summary>The one user, who talks in all conversations.</summary>
    public const string User = "ada";

    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(100);

    private int _unanswered;

    /// <summary>Whether every client was answered in the end.</summary>
    public bool AllAnswered => _unanswered == 0;

    /// <summary>Sends an activity at some moment until <paramref name="end"/>, again and again until it is answered.</summary>
    public void SendLater(int number, TimeSpan end)
    {
        var random = scheduler.Random;
        var conversation = string.Create(CultureInfo.InvariantCulture, $"c{random.Next(options.Conversations)}");
        var token = SimulatedBot.NewToken(random, number, mayKill: world.IsQueued);

        // Some come in bursts, some alone.
        SendLater(conversation, token, random.Next(3) == 0 ? TimeSpan.FromSeconds(1 + random.Next(3)) : end * random.NextDouble());
    }

    /// <summary>Sends an activity after a while, again and again until it is answered.</summary>
    public void SendLater(string conversation, string token, TimeSpan after)
    {
        var activity = new Activity
        {
            Type = ActivityTypes.Message,
            Id = token,
            ChannelId = "sim",
            ServiceUrl = "sim:",
            Conversation = new() { Id = conversation },
            Text = token,
        };
        var inbound = new InboundActivity(ActivityJson.Write(activity), activity) { Echo = world.Echoes, User = User };
        _unanswered++;
        scheduler.After(after, process, () => Attempt(inbound, conversation, token, 1));
        if (scheduler.Random.Next(6) == 0)
        {
            // The channel delivers it twice, whatever became of the first; now and then at once.
            _unanswered++;
            scheduler.After(after + scheduler.UpTo(scheduler.Random.Next(2) == 0 ? AtOnce : TimeSpan.FromSeconds(3)), process, () => Attempt(inbound, conversation, token, 100));
        }
    }

    private void Attempt(InboundActivity inbound, string conversation, string token, int attempt)
    {
        var random = scheduler.Random;
        var begun = scheduler.Now;
        var node = anyNode();
        var isOpen = true;
        if (node is null)
        {
            scheduler.After(TimeSpan.FromMilliseconds(random.Next(5, 200)), process, () => Attempt(inbound, conversation, token, attempt));
            return;
        }

        // A gateway that notices the death of a node repeats the request; so does a channel that gets no answer.
        Event? patience = null;
        patience = scheduler.After(TimeSpan.FromMilliseconds(random.Next(300, 4000)), process, () => End("unanswered"));
        node.Handle(inbound, outcome => scheduler.Soon(process, () =>
        {
            var (told, detail) = outcome switch
            {
                TurnOutcome.Committed committed => (committed.IsDuplicate ? "duplicate" : "accepted", ""),
                TurnOutcome.Queued queued => (queued.IsDuplicate ? "duplicate" : "accepted", ""),
                TurnOutcome.Failed failed => ("failed", failed.Exception.Message),
                TurnOutcome.Unavailable unavailable => ("unavailable", unavailable.Reason),
                _ => ("refused", ""),
            };
            End(told, detail);
        }));

        void End(string outcome, string detail = "")
        {
            if (!isOpen)
            {
                // The answer came after the caller had hung up; it still says what the node believed.
                history.Calls.Add(new(begun, scheduler.Now, conversation, token, attempt, node.Name, outcome, detail));
                return;
            }

            isOpen = false;
            patience?.Cancel();
            history.Calls.Add(new(begun, scheduler.Now, conversation, token, attempt, node.Name, outcome, detail));
            if (outcome is "unanswered" or "unavailable")
            {
                var wait = TimeSpan.FromMilliseconds(random.Next(5, 100 * Math.Min(attempt % 100 + 1, 30)));
                scheduler.After(wait, process, () => Attempt(inbound, conversation, token, attempt + 1));
            }
            else
            {
                _unanswered--;
            }
        }
    }
}
