using System.Globalization;
using Everturn.Activities;
using Everturn.Conversations;
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
        scheduler.After(after, process, () => Attempt(Hand, conversation, token, 1));
        if (scheduler.Random.Next(6) == 0)
        {
            // The channel delivers it twice, whatever became of the first; now and then at once.
            _unanswered++;
            scheduler.After(after + scheduler.UpTo(scheduler.Random.Next(2) == 0 ? AtOnce : TimeSpan.FromSeconds(3)), process, () => Attempt(Hand, conversation, token, 100));
        }

        void Hand(SimulatedNode node, Action<string, string> end) => Handle(inbound, node, end);
    }

    /// <summary>Begins a turn or says something unasked at some moment until <paramref name="end"/>, again and again until it is answered.</summary>
    public void CallLater(int number, TimeSpan end)
    {
        var random = scheduler.Random;
        var conversation = string.Create(CultureInfo.InvariantCulture, $"c{random.Next(options.Conversations)}");
        var reference = new ConversationReference
        {
            ChannelId = "sim",
            ServiceUrl = "sim:",
            Conversation = new() { Id = conversation },
            User = new() { Id = User },
        };
        var key = random.Next(2) == 0 ? SimulatedBot.NewContinuation(random, number) : SimulatedBot.NewSaying(number);
        Func<IConversations, Task<Acceptance>> call = SimulatedBot.IsSaying(key)
            ? conversations => conversations.SendAsync(reference, key, MessageFactory.Text(key))
            : conversations => conversations.ContinueAsync(reference, key, "continue", key);
        var at = end * random.NextDouble();
        // Who calls does not know what became of a call that it made before, perhaps on another node.
        var times = random.Next(1, 4);
        for (var time = 0; time < times; time++)
        {
            _unanswered++;
            var first = 1 + (100 * time);
            scheduler.After(at + (time * scheduler.UpTo(TimeSpan.FromSeconds(2))), process, () => Attempt(Call, conversation, key, first));
        }

        void Call(SimulatedNode node, Action<string, string> end) => node.Call(call, (acceptance, detail) => scheduler.Soon(process, () =>
        {
            var (told, transition) = acceptance switch
            {
                Acceptance.Accepted => ("accepted", "call accepted"),
                Acceptance.AlreadyAccepted => ("duplicate", "call accepted before"),
                Acceptance.UnknownConversation => ("unknown", "call in an unknown conversation"),
                _ => ("unavailable", "call repeated"),
            };
            history.Count(transition);
            end(told, detail);
        }));
    }

    private void Handle(InboundActivity inbound, SimulatedNode node, Action<string, string> end) =>
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
            end(told, detail);
        }));

    /// <summary>Hands something to some node, until it is answered.</summary>
    /// <param name="hand">Hands it to a node, and says how that ended and why.</param>
    /// <param name="conversation">Where.</param>
    /// <param name="token">What.</param>
    /// <param name="attempt">From 1; the second delivery of the same counts from 100.</param>
    private void Attempt(Action<SimulatedNode, Action<string, string>> hand, string conversation, string token, int attempt)
    {
        var random = scheduler.Random;
        var begun = scheduler.Now;
        var node = anyNode();
        var isOpen = true;
        if (node is null)
        {
            scheduler.After(TimeSpan.FromMilliseconds(random.Next(5, 200)), process, () => Attempt(hand, conversation, token, attempt));
            return;
        }

        // A gateway that notices the death of a node repeats the request; so does a channel that gets no answer.
        Event? patience = null;
        patience = scheduler.After(TimeSpan.FromMilliseconds(random.Next(300, 4000)), process, () => End("unanswered"));
        hand(node, End);

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
                scheduler.After(wait, process, () => Attempt(hand, conversation, token, attempt + 1));
            }
            else
            {
                _unanswered--;
            }
        }
    }
}
