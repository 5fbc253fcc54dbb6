using System.Globalization;
using Everturn.Delivery;
using Everturn.Hosting;
using Everturn.Storage;
using Everturn.Testing.VirtualTime;

namespace Everturn.Testing.Simulation;

/// <summary>One world, drawn by its seed: nodes, a store, a channel, clients, and what goes wrong.</summary>
internal sealed class SimulationRun
{
    private static readonly TimeSpan Chaos = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan MostHealing = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(3);
    // A queue of activities that fail as often as they may, or kill their node.
    private static readonly TimeSpan Failing = TimeSpan.FromMinutes(2);

    // Longer than anything of a client or of the store can come late.
    private static readonly TimeSpan Tombstone = TimeSpan.FromSeconds(40);
    private static readonly string[] Actions = ["kill", "pause", "pause", "pause", "stop", "store", "store", "lists"];

    private readonly SimulationOptions _options;
    private readonly Scheduler _scheduler;
    private readonly Process _world;
    private readonly SimulatedStore _store;
    private readonly SimulatedChannel _channel;
    private readonly EverturnOptions _settings;
    private readonly SimulatedNode?[] _nodes;
    private readonly TimeSpan[] _skews;
    private readonly int _newerNodes;
    private readonly bool _isExclusive;
    private readonly bool _expires;
    private readonly SimulatedClients _clients;
    private readonly SimulatedService _service;
    private readonly SimulatedTalk _talk;
    private bool _healed;

    public SimulationRun(int seed, SimulationOptions options)
    {
        _options = options;
        var random = new Random(seed);
        _scheduler = new Scheduler(random, Scheduler.SimulationSpread);
        _world = new Process(_scheduler);
        _store = new SimulatedStore(_scheduler, _world, History, options.Sabotage);
        _channel = new SimulatedChannel(
            _scheduler, _world, History, takesOurIds: random.Next(2) == 0, appliesOldChanges: options.Sabotage is Sabotage.ChannelAppliesOldChanges);
        _nodes = new SimulatedNode?[options.MaxNodes < 2 ? 1 : random.Next(2, options.MaxNodes + 1)];
        _skews = [.. _nodes.Select(_ => TimeSpan.FromSeconds((random.NextDouble() * 4) - 2))];
        // An upgrade under way: the first nodes write a newer format already. Any node may be restarted as either.
        _newerNodes = random.Next(4) == 0 ? random.Next(1, _nodes.Length + 1) : 0;
        _isExclusive = random.Next(3) == 0;
        // Not with nodes that must turn clients away: those would then repeat themselves for longer than the inbox remembers.
        var shortMemory = random.Next(6) == 0 && !(_isExclusive && _newerNodes > 0);
        _expires = random.Next(8) == 0 && !_isExclusive;
        var queued = random.Next(3) == 0;
        World = new(_channel.TakesOurIds, queued, Holds: !_channel.TakesOurIds && random.Next(3) == 0, ForgetsSoon: shortMemory, IsTransactional: random.Next(2) == 0 && _newerNodes == 0 && options.Sabotage is Sabotage.None, Echoes: queued && random.Next(2) == 0, HasFlows: false);
        // A flow waits for its user: not where a question may be held from him, or be forgotten before he answers.
        World = World with { HasFlows = random.Next(3) == 0 && !World.Holds && !_expires };
        _clients = new SimulatedClients(_scheduler, _world, History, options, World, () => _nodes[random.Next(_nodes.Length)]);
        _service = new SimulatedService(_scheduler, _world, History, options.Sabotage) { IsDeadly = options.Faults };
        _talk = new SimulatedTalk(_scheduler, _clients, Chaos);
        _channel.Arrived = _talk.Hear;
        _settings = new EverturnOptions
        {
            Bot = "sim",
            LeaseDuration = TimeSpan.FromMilliseconds(random.Next(400, 1200)),
            RecoveryInterval = TimeSpan.FromMilliseconds(random.Next(50, 1000)),
            TurnDeadline = TimeSpan.FromMilliseconds(random.Next(500, 3000)),
            // Short memories fill up within a run. None is shorter than clients and channel repeat themselves.
            InboxRetention = shortMemory ? TimeSpan.FromSeconds(20) : TimeSpan.FromMinutes(10),
            InboxCapacity = shortMemory ? random.Next(12, 24) : 500,
            OutboxCapacity = random.Next(2, 40),
            MailboxCapacity = random.Next(1, 20),
            Queued = queued,
            QueueCapacity = random.Next(2, 20),
            MaxAttempts = random.Next(2, 5),
            QueuedTurnDeadline = TimeSpan.FromMilliseconds(random.Next(1000, 4000)),
            TimerCapacity = random.Next(1, 8),
            ActivityIdCapacity = random.Next(0, 30),
            ConversationExpiry = _expires ? TimeSpan.FromMilliseconds(random.Next(1500, 4000)) : null,
            TombstoneRetention = Tombstone,
            MaxConcurrentTurns = random.Next(1, 4),
            MaxTakeoversPerSecond = random.Next(4) == 0 ? random.Next(1, 4) : 64,
            CacheBytes = random.Next(4) == 0 ? 0 : 1_000_000,
        };
        if (World.Holds)
        {
            _settings.AmbiguousDelivery["sim"] = AmbiguousDelivery.Hold;
        }
    }

    public History History { get; } = new();

    public SimulatedWorld World { get; }

    public IReadOnlyDictionary<string, SimulatedStore.Document> Documents => _store.Documents;

    /// <summary>Whether every client was answered in the end.</summary>
    public bool AllAnswered => _clients.AllAnswered;

    public void Execute()
    {
        for (var at = 0; at < _nodes.Length; at++)
        {
            Start(at);
        }

        for (var number = 0; number < _options.Activities; number++)
        {
            _clients.SendLater(number, Chaos);
        }

        for (var number = 0; number < _options.Calls; number++)
        {
            _clients.CallLater(number, Chaos);
        }

        if (World.HasFlows)
        {
            _talk.BeginLater(Chaos / 3);
        }

        if (_options.Faults)
        {
            ScheduleFault();
        }

        _scheduler.RunUntil(Chaos);
        Heal();
        for (var until = Chaos; !(AllAnswered && _talk.IsOver) && until < Chaos + MostHealing; until += TimeSpan.FromSeconds(5))
        {
            _scheduler.RunUntil(until);
        }

        _scheduler.RunUntil(_scheduler.Now + Quiet + (_expires ? Tombstone : TimeSpan.Zero));
        RunWhileAnythingIsOwed();
        if (History.Transitions.ContainsKey("activity went to dead letters") && Array.Find(_nodes, node => node is not null) is { } node)
        {
            node.Replay();
            _scheduler.RunUntil(_scheduler.Now + Step);
            RunWhileAnythingIsOwed();
        }
    }

    private void RunWhileAnythingIsOwed()
    {
        for (var end = _scheduler.Now + Failing; (IsAnythingOwed || !AllAnswered || !_talk.IsOver) && _scheduler.Now < end;)
        {
            _scheduler.RunUntil(_scheduler.Now + Step);
        }
    }

    private bool IsAnythingOwed => _store.Documents.Values.Any(document =>
        document.Write.Record is { Queue.IsEmpty: false } or { Outbox.IsEmpty: false } or { Timers.IsEmpty: false });

    private void Start(int at)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"n{at}");
        var settings = Copy(_settings, name);
        _nodes[at] = SimulatedNode.Start(
            name,
            _scheduler,
            SabotagedStore.Wrap(_options.Sabotage, StoreFor(at, name), name, _channel, _scheduler),
            SabotagedChannel.Wrap(_options.Sabotage, _channel.For(name), _scheduler),
            _skews[at],
            settings,
            History,
            _service,
            new TransitionLog(History, IsPaused),
            node =>
            {
                History.Count("node killed by what it ran");
                Kill(at, node);
            });
        History.Note(_scheduler.Now, "start", name);
    }

    private IStore StoreFor(int at, string name)
    {
        if (at >= _newerNodes)
        {
            return _store.For(name, writesNewer: false, World.IsTransactional);
        }

        History.Count(_isExclusive ? "node of a newer format that others may not write" : "node of a newer format");
        if (_isExclusive)
        {
            History.Note(_scheduler.Now, "exclusive upgrade", name);
        }

        return new NewerFormat(_store.For(name, writesNewer: true, isTransactional: false), _isExclusive);
    }

    private void ScheduleFault() => _scheduler.After(_scheduler.UpTo(TimeSpan.FromSeconds(1)), _world, () =>
    {
        if (_healed)
        {
            return;
        }

        Fail(Actions[_scheduler.Random.Next(Actions.Length)]);
        ScheduleFault();
    });

    private void Fail(string action)
    {
        var random = _scheduler.Random;
        var at = random.Next(_nodes.Length);
        var node = _nodes[at];
        switch (action)
        {
            case "kill" when node is not null:
                Kill(at, node);
                break;
            case "stop" when node is not null:
                History.Note(_scheduler.Now, "stop", node.Name);
                _nodes[at] = null;
                node.Stop(() =>
                {
                    History.Count("stopped with everything delivered");
                    node.Process.Kill();
                });
                _scheduler.After(_scheduler.UpTo(TimeSpan.FromSeconds(3)), _world, () => Start(at));
                break;
            case "pause" when node is not null:
                History.Note(_scheduler.Now, "pause", node.Name);
                node.Pause();
                _scheduler.After(_scheduler.UpTo(TimeSpan.FromSeconds(3)), _world, () =>
                {
                    History.Note(_scheduler.Now, "resume", node.Name);
                    node.Resume();
                });
                break;
            case "store":
                History.Note(_scheduler.Now, "outage", "store and channel");
                _store.Unreliability = random.NextDouble() < 0.3 ? 0.6 : 0.1;
                _channel.Unreliability = random.NextDouble() < 0.5 ? 0.3 : 0.05;
                _store.Slowness = random.Next(4) == 0 ? _scheduler.UpTo(TimeSpan.FromMilliseconds(400)) : TimeSpan.Zero;
                _scheduler.After(_scheduler.UpTo(TimeSpan.FromSeconds(2)), _world, Mend);
                if (_options.Sabotage is Sabotage.StoreLosesAcknowledgedWrites or Sabotage.StoreFallsBack or Sabotage.StoreCountsAndFallsBack)
                {
                    _store.FallBack();
                }

                break;
            case "lists":
                _store.ListsStale = !_store.ListsStale;
                break;
        }
    }

    private void Kill(int at, SimulatedNode node)
    {
        History.Note(_scheduler.Now, "kill", node.Name);
        node.Process.Kill();
        if (_nodes[at] != node)
        {
            // It was stopping: another run of it starts already.
            return;
        }

        _nodes[at] = null;
        if (_scheduler.Random.Next(2) == 0)
        {
            // Somebody saw its process exit and tells the others.
            History.Count("death reported to the others");
            Array.ForEach(_nodes, other => other?.ReportDead(node.Incarnation));
        }

        _scheduler.After(_scheduler.UpTo(TimeSpan.FromSeconds(3)), _world, () => Start(at));
    }

    private bool IsPaused(string name) => Array.Exists(_nodes, node => node is { IsPaused: true } && node.Name == name);

    private void Mend()
    {
        _store.Unreliability = 0;
        _channel.Unreliability = 0;
        _store.Slowness = TimeSpan.Zero;
    }

    private void Heal()
    {
        _healed = true;
        History.Note(_scheduler.Now, "heal", "everything");
        Mend();
        _service.IsDeadly = false;
        _store.ListsStale = false;
    }

    private static EverturnOptions Copy(EverturnOptions settings, string node)
    {
        var copy = new EverturnOptions
        {
            Bot = settings.Bot,
            Node = node,
            LeaseDuration = settings.LeaseDuration,
            RecoveryInterval = settings.RecoveryInterval,
            TurnDeadline = settings.TurnDeadline,
            InboxRetention = settings.InboxRetention,
            InboxCapacity = settings.InboxCapacity,
            OutboxCapacity = settings.OutboxCapacity,
            MailboxCapacity = settings.MailboxCapacity,
            Queued = settings.Queued,
            QueueCapacity = settings.QueueCapacity,
            MaxAttempts = settings.MaxAttempts,
            QueuedTurnDeadline = settings.QueuedTurnDeadline,
            TimerCapacity = settings.TimerCapacity,
            ActivityIdCapacity = settings.ActivityIdCapacity,
            ConversationExpiry = settings.ConversationExpiry,
            TombstoneRetention = settings.TombstoneRetention,
            MaxConcurrentTurns = settings.MaxConcurrentTurns,
            MaxTakeoversPerSecond = settings.MaxTakeoversPerSecond,
            CacheBytes = settings.CacheBytes,
        };
        foreach (var (channel, policy) in settings.AmbiguousDelivery)
        {
            copy.AmbiguousDelivery.Add(channel, policy);
        }

        return copy;
    }
}
