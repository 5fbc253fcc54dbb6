using System.Text.Json;
using Everturn.Delivery;
using Everturn.Hosting;
using Everturn.Testing.VirtualTime;
using Everturn.Turns;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Everturn.Testing.Bots;

/// <summary>One node of the program under test: its services, its memory, its engine.</summary>
internal sealed class BotNode : VirtualNode, IAsyncDisposable
{
    // The store tells nodes of what is due.
    private static readonly TimeSpan RecoveryInterval = TimeSpan.FromMinutes(10);

    private readonly ServiceProvider _services;

    private BotNode(string name, Scheduler scheduler, Process process, TurnWatch watch, ServiceProvider services)
        : base(name, scheduler, process, services.GetRequiredService<TurnEngine>())
    {
        Watch = watch;
        _services = services;
    }

    public IServiceProvider Services => _services;

    public TurnWatch Watch { get; }

    public NodeContext Context => _services.GetRequiredService<NodeContext>();

    /// <summary>Starts a node.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="world">Where.</param>
    public static BotNode Start(string name, TestWorld world)
    {
        var process = new Process(world.Scheduler);
        BotNode? started = null;
        void Die() => world.Kill(started!);
        var time = world.ClockOf(process);
        var watch = new TurnWatch(process, world.Scheduler, time, world.Faults, () => world.Check, Die);
        var store = world.Store.For(process, Die, world.Options.HasTransactions);
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(world.Log));
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(world.Options.Configuration).Build());
        services.AddSingleton<TimeProvider>(new BotClock(time));
        services.AddSingleton<Random>(world.BotRandom);
        services.AddSingleton(store);
        services.AddSingleton(new ChannelRouter([world.Channel.For(process, Die)]));
        services.AddSingleton(provider => new NodeContext(
            provider.GetRequiredService<IOptions<EverturnOptions>>().Value,
            store,
            provider.GetRequiredService<ChannelRouter>(),
            time,
            new Random(world.Random.Next()),
            new EngineLog(provider.GetRequiredService<ILoggerFactory>().CreateLogger("Everturn")))
            {
                StepGuard = watch,
            });
        services.AddSingleton(provider => watch.Around(new BotRunner(
            provider.GetRequiredService<NodeContext>(), provider.GetRequiredService<IServiceScopeFactory>(), JsonSerializerOptions.Web)));
        world.Configure(services);
        services.PostConfigure<EverturnOptions>(options =>
        {
            options.Node = name;
            options.RecoveryInterval = RecoveryInterval;
        });
        if (!services.Any(service => service.ServiceType == typeof(IBot)) || !services.Any(service => service.ServiceType == typeof(TurnEngine)))
        {
            throw new TestBotException("ET8001: there is no bot to test. Call services.AddEverturn().AddBot<YourBot>() when you create the TestBot, as the program does.");
        }

        started = new BotNode(name, world.Scheduler, process, watch, services.BuildServiceProvider(validateScopes: true));
        started.Start();
        return started;
    }

    /// <summary>Does something with its services, in its process.</summary>
    public void Do(Func<IServiceProvider, Task> action) => Soon(() => Watch.WatchAsync(action(_services)));

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
