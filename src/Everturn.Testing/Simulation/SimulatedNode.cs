using System.Text.Json;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Hosting;
using Everturn.Storage;
using Everturn.Turns;
using Microsoft.Extensions.Logging;

namespace Everturn.Testing.Simulation;

/// <summary>One run of one node: the real engine between the simulated store and channel.</summary>
internal sealed class SimulatedNode
{
    private readonly TurnEngine _engine;
    private readonly KnownConversations _conversations;
    private readonly DeadLetters _deadLetters;
    private readonly History _history;

    public SimulatedNode(string name, Scheduler scheduler, IStore store, IChannel channel, TimeSpan skew, EverturnOptions options, History history, ILogger log, Action<SimulatedNode> die)
    {
        Name = name;
        Process = new Process(scheduler);
        var time = new SimulatedTime(scheduler, Process, skew);
        var node = new NodeContext(options, store, new ChannelRouter([channel]), time, new Random(scheduler.Random.Next()), new EngineLog(log));
        _engine = new TurnEngine(node, new BotRunner(node, new SimulatedBot(scheduler, time, history, () => die(this)), JsonSerializerOptions.Web));
        _conversations = new KnownConversations(_engine, node);
        _deadLetters = new DeadLetters(node);
        _history = history;
        scheduler.Soon(Process, () => _ = _engine.RecoverAsync());
    }

    public string Name { get; }

    public Process Process { get; }

    /// <summary>Whether it stands still.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Names this run in leases.</summary>
    public string Incarnation => _engine.Incarnation;

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

    /// <summary>Tells it that a run of another node is proven dead.</summary>
    public void ReportDead(Scheduler scheduler, string incarnation) =>
        scheduler.Soon(Process, () => _engine.ReportDead(incarnation));

    /// <summary>Begins to stop as SIGTERM would make it.</summary>
    public void Stop(Scheduler scheduler, Action stopped) => scheduler.Soon(Process, () => _ = StopAsync(stopped));

    /// <summary>Hands an activity over, as a request would; the answer never comes from a node that dies.</summary>
    public void Handle(Scheduler scheduler, InboundActivity inbound, Action<TurnOutcome> answered) =>
        scheduler.Soon(Process, () => _ = ProcessAsync(inbound, answered));

    /// <summary>Speaks unasked; the answer never comes from a node that dies. An exception is one that the caller is told of.</summary>
    public void Call(Scheduler scheduler, Func<IConversations, Task<Acceptance>> call, Action<Acceptance?, string> answered) =>
        scheduler.Soon(Process, () => _ = CallAsync(call, answered));

    /// <summary>Puts all activities back from dead letters, as a person would.</summary>
    public void Replay(Scheduler scheduler) => scheduler.Soon(Process, () => _ = ReplayAsync());

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

    private async Task ProcessAsync(InboundActivity inbound, Action<TurnOutcome> answered) =>
        answered(await _engine.ProcessAsync(inbound, CancellationToken.None));

    private async Task CallAsync(Func<IConversations, Task<Acceptance>> call, Action<Acceptance?, string> answered)
    {
        try
        {
            answered(await call(_conversations), "");
        }
        catch (ConversationUnavailableException exception)
        {
            answered(null, exception.Message);
        }
    }

    private async Task StopAsync(Action stopped)
    {
        await _engine.StopAsync(CancellationToken.None);
        stopped();
    }
}
