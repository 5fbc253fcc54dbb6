using Everturn.Turns;

namespace Everturn.Testing.VirtualTime;

/// <summary>One run of one node: the real engine, in a process of virtual time.</summary>
internal class VirtualNode(string name, Scheduler scheduler, Process process, TurnEngine engine)
{
    public string Name { get; } = name;

    public Process Process { get; } = process;

    /// <summary>Names this run in leases.</summary>
    public string Incarnation => engine.Incarnation;

    /// <summary>Begins to recover what other nodes leave.</summary>
    public void Start() => Soon(engine.RecoverAsync);

    /// <summary>Hands an activity over, as a request would; the answer never comes from a node that dies.</summary>
    public void Handle(InboundActivity inbound, Action<TurnOutcome> answered) =>
        Soon(async () => answered(await engine.ProcessAsync(inbound, CancellationToken.None)));

    /// <summary>Tells it that a run of another node is proven dead.</summary>
    public void ReportDead(string incarnation) => scheduler.Soon(Process, () => engine.ReportDead(incarnation));

    /// <summary>Begins to stop as SIGTERM would make it.</summary>
    public void Stop(Action stopped) => Soon(async () =>
    {
        await engine.StopAsync(CancellationToken.None);
        stopped();
    });

    /// <summary>Begins something in its process.</summary>
    protected void Soon(Func<Task> work) => scheduler.Soon(Process, () => _ = work());
}
