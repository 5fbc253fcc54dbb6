using System.Text.Json;
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

    public SimulatedNode(string name, Scheduler scheduler, IStore store, IChannel channel, TimeSpan skew, EverturnOptions options, ILogger log)
    {
        Name = name;
        Process = new Process(scheduler);
        var time = new SimulatedTime(scheduler, Process, skew);
        var node = new NodeContext(options, store, new ChannelRouter([channel]), time, new Random(scheduler.Random.Next()), new EngineLog(log));
        _engine = new TurnEngine(node, new BotRunner(node, new SimulatedBot(scheduler, time), JsonSerializerOptions.Web));
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

    private async Task ProcessAsync(InboundActivity inbound, Action<TurnOutcome> answered) =>
        answered(await _engine.ProcessAsync(inbound, CancellationToken.None));

    private async Task StopAsync(Action stopped)
    {
        await _engine.StopAsync(CancellationToken.None);
        stopped();
    }
}
