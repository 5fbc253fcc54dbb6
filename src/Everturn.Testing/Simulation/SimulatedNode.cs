using System.Text.Json;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Hosting;
using Everturn.Storage;
using Everturn.Testing.VirtualTime;
using Everturn.Turns;
using Microsoft.Extensions.Logging;

namespace Everturn.Testing.Simulation;

/// <summary>A node between the simulated store and channel, with the simulated bot.</summary>
internal sealed class SimulatedNode : VirtualNode
{
    private readonly KnownConversations _conversations;
    private readonly DeadLetters _deadLetters;
    private readonly History _history;

    private SimulatedNode(string name, Scheduler scheduler, Process process, TurnEngine engine, NodeContext node, History history)
        : base(name, scheduler, process, engine)
    {
        _conversations = new KnownConversations(engine, node);
        _deadLetters = new DeadLetters(node);
        _history = history;
    }

    /// <summary>Whether it stands still.</summary>
    public bool IsPaused { get; private set; }

    public static SimulatedNode Start(string name, Scheduler scheduler, IStore store, IChannel channel, TimeSpan skew, EverturnOptions options, History history, SimulatedService service, ILogger log, Action<SimulatedNode> die)
    {
        var process = new Process(scheduler);
        var time = new SimulatedTime(scheduler, process, skew);
        var node = new NodeContext(options, store, new ChannelRouter([channel]), time, new Random(scheduler.Random.Next()), new EngineLog(log));
        SimulatedNode? started = null;
        var flows = new SimulatedFlows(scheduler, service, process, () => die(started!));
        var engine = new TurnEngine(node, new BotRunner(node, new SimulatedBot(scheduler, time, history, flows, () => die(started!)), JsonSerializerOptions.Web));
        started = new SimulatedNode(name, scheduler, process, engine, node, history);
        started.Start();
        return started;
    }

    public void Pause()
    {
        IsPaused = true;
        Process.Pause();
    }

    public void Resume()
    {
        IsPaused = false;
        Process.Resume();
    }

    /// <summary>Speaks unasked; the answer never comes from a node that dies. An exception is one that the caller is told of.</summary>
    public void Call(Func<IConversations, Task<Acceptance>> call, Action<Acceptance?, string> answered) => Soon(async () =>
    {
        try
        {
            answered(await call(_conversations), "");
        }
        catch (ConversationUnavailableException exception)
        {
            answered(null, exception.Message);
        }
    });

    /// <summary>Puts all activities back from dead letters, as a person would.</summary>
    public void Replay() => Soon(ReplayAsync);

    private async Task ReplayAsync()
    {
        try
        {
            var letters = new List<DeadLetter>();
            await foreach (var letter in _deadLetters.ListAsync())
            {
                letters.Add(letter);
            }

            foreach (var letter in letters.Where(letter => letter.Kind is DeadLetterKind.Inbound))
            {
                _history.Replayed.Add((letter.Conversation.Id, SimulatedBot.TokenOf(letter.Activity)));
                _history.Count("dead letter replayed");
                await _deadLetters.ReplayAsync(letter.Id);
            }
        }
        catch (Exception exception) when (exception is IOException or TimeoutException or InvalidOperationException or StoreCircuitOpenException)
        {
            // What was not put back is kept.
        }
    }
}
