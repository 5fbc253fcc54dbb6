using System.Globalization;
using Everturn.Testing.VirtualTime;
using Everturn.Turns;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.Testing.Bots;

/// <summary>The world of one test: nodes of the program, their store, their channel, and virtual time.</summary>
internal sealed class TestWorld : IAsyncDisposable
{
    private static readonly TimeSpan LongestTurn = TimeSpan.FromHours(1);

    private readonly Process _process;
    private readonly SimulatedTime _time;
    private readonly Pump _pump;
    private readonly List<BotNode> _nodes = [];
    private readonly List<Post> _open = [];
    private BotNode? _current;
    private long _number;

    public TestWorld(Action<IServiceCollection> configure, TestBotOptions options)
    {
        Configure = configure;
        Options = options;
        Random = new Random(options.Seed);
        BotRandom = new BotRandom(options.Seed);
        Scheduler = new Scheduler(Random, TimeSpan.Zero);
        _process = new Process(Scheduler);
        _time = ClockOf(_process);
        Store = new TestStore(Scheduler, _process, _time, Faults, Random);
        Channel = new TestChannel(Scheduler, _process, Faults, options.TakesOurIds);
        _pump = new Pump(Scheduler, options.RealPatience, () => Waiting, () => UnderWay);
        _current = StartNode();
    }

    public Action<IServiceCollection> Configure { get; }

    public TestBotOptions Options { get; }

    public Scheduler Scheduler { get; }

    /// <summary>What the world draws.</summary>
    public Random Random { get; }

    /// <summary>What bots draw.</summary>
    public BotRandom BotRandom { get; }

    public Faults Faults { get; } = new();

    /// <summary>Runs every turn twice; null when nobody does.</summary>
    public RerunCheck? Check { get; private set; }

    public LogBook Log { get; } = new();

    public TestStore Store { get; }

    public TestChannel Channel { get; }

    public DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>The node that gets what users say.</summary>
    public BotNode Current => _current ??= StartNode();

    private Waiting Waiting => _nodes.Max(node => node.Watch.Waiting);

    private string UnderWay => _nodes.Select(node => node.Watch.UnderWay).LastOrDefault(run => run is not null)?.ToString() ?? "the bot";

    public SimulatedTime ClockOf(Process process) => new(Scheduler, process, Options.Start - SimulatedTime.Beginning);

    /// <summary>From now on every turn runs twice.</summary>
    /// <param name="allows">What may be called outside of steps; null for nothing.</param>
    public void RunTwice(Func<ExternalCall, bool>? allows)
    {
        HttpCalls.Listen();
        Check = new(allows, failure => _pump.Failure ??= failure);
    }

    /// <summary>Numbers what users say.</summary>
    public long NextNumber() => Interlocked.Increment(ref _number);

    /// <summary>Sends an activity and waits for its answer.</summary>
    public async Task<TurnOutcome> SendAsync(InboundActivity inbound)
    {
        Faults.Act();
        var (post, again) = (new Post(inbound), new Post(inbound));
        var duplicate = Faults.Take<Fault.Duplicate>(_ => true);
        BotNode? other = null;
        Scheduler.Soon(_process, () =>
        {
            Hand(post, Current);
            if (duplicate is { AtOnce: true })
            {
                Hand(again, other = StartNode());
            }
        });
        await RunAsync(() => post.Outcome is not null, LongestTurn, "It got no answer");
        if (duplicate is { AtOnce: false })
        {
            Scheduler.Soon(_process, () => Hand(again, Current));
        }

        if (duplicate is not null)
        {
            await RunAsync(() => again.Outcome is not null, LongestTurn, "The second delivery got no answer");
        }

        if (other is { Process.IsDead: false })
        {
            await StopAsync(other);
        }

        return post.Outcome!;
    }

    /// <summary>Does something on a node and waits until it is done.</summary>
    public async Task<T> DoAsync<T>(Func<IServiceProvider, Task<T>> action)
    {
        Faults.Act();
        Task<T>? work = null;
        Scheduler.Soon(_process, () => Current.Do(services => work = action(services)));
        await RunAsync(() => work is { IsCompleted: true }, LongestTurn, "What the test began on a node has not ended");
        return await work!;
    }

    /// <summary>Lets time pass.</summary>
    public Task AdvanceAsync(TimeSpan duration)
    {
        Faults.Act();
        return _pump.RunAsync(() => false, Scheduler.Now + duration);
    }

    /// <summary>Lets happen what happens, until it is done; false when the patience of the test is at an end.</summary>
    public Task<bool> WaitAsync(Func<bool> isDone) => _pump.RunAsync(isDone, Scheduler.Now + Options.Patience);

    /// <summary>Whether anything is still to be run or delivered.</summary>
    public bool IsAnythingOwed => _nodes.Exists(node => node.Watch.UnderWay is not null) || Store.Conversations().Any(conversation =>
        !conversation.Record.Queue.IsEmpty || conversation.Record.Outbox.Any(row => !Channel.TakesOurIds || row.User is not null || !Channel.In(conversation.Key.Id).Has(row.Id)));

    /// <summary>Stops the node with all that it gives back, and goes on with another.</summary>
    public async Task MoveAsync()
    {
        var former = Current;
        _current = null;
        await StopAsync(former);
    }

    /// <summary>A node is gone. What waited for its answer comes to another.</summary>
    public void Kill(BotNode node)
    {
        node.Process.Kill();
        if (_current == node)
        {
            _current = null;
        }

        foreach (var post in _open.Where(post => post.Node == node).ToArray())
        {
            Hand(post, Current);
        }

        _ = Current;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            node.Process.Kill();
            await node.DisposeAsync();
        }

        _pump.Dispose();
        Log.Dispose();
    }

    private BotNode StartNode()
    {
        var node = BotNode.Start(string.Create(CultureInfo.InvariantCulture, $"node-{_nodes.Count + 1}"), this);
        _nodes.Add(node);
        return node;
    }

    private async Task StopAsync(BotNode node)
    {
        var isStopped = false;
        node.Stop(() => isStopped = true);
        await RunAsync(() => isStopped || node.Process.IsDead, LongestTurn, "The node did not stop");
        node.Process.Kill();
    }

    private void Hand(Post post, BotNode node)
    {
        post.Node = node;
        _open.Remove(post);
        _open.Add(post);
        node.Handle(post.Inbound, outcome =>
        {
            post.Outcome = outcome;
            _open.Remove(post);
        });
    }

    private async Task RunAsync(Func<bool> isDone, TimeSpan most, string otherwise)
    {
        if (!await _pump.RunAsync(isDone, Scheduler.Now + most))
        {
            throw new TestBotException($"ET8004: {otherwise} within {most} of virtual time.{Log.Errors(5)}");
        }
    }
}
