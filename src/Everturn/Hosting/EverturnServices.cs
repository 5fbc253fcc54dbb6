using System.Reflection;
using System.Text.Json;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Storage;
using Everturn.Turns;
using Everturn.Users;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Everturn.Hosting;

/// <summary>Adds the engine to a host's services.</summary>
public static class EverturnServices
{
    /// <summary>
    /// Adds the engine without any endpoint. The host's services must hold a <see cref="TimeProvider"/> and a
    /// <see cref="Random"/> that is safe for concurrent use.
    /// </summary>
    public static EverturnBuilder AddEverturnCore(this IServiceCollection services, Action<EverturnOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<EverturnOptions>()
            .BindConfiguration("Everturn")
            .Configure(configure ?? (_ => { }))
            .PostConfigure(UseDefaults)
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EverturnOptions>, EverturnOptionsValidator>());
        services.TryAddSingleton(StoreChoice.Choose);
        services.TryAddSingleton(provider => new ChannelRouter(provider.GetServices<IChannel>()));
        services.TryAddSingleton(provider => new NodeContext(
            provider.GetRequiredService<IOptions<EverturnOptions>>().Value,
            provider.GetRequiredService<IStore>(),
            provider.GetRequiredService<ChannelRouter>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<Random>(),
            new EngineLog(provider.GetRequiredService<ILoggerFactory>().CreateLogger("Everturn"))));
        services.TryAddSingleton<IBotRunner>(provider => new BotRunner(
            provider.GetRequiredService<NodeContext>(), provider.GetRequiredService<IServiceScopeFactory>(), JsonSerializerOptions.Web));
        services.TryAddSingleton<TurnEngine>();
        services.TryAddSingleton<ITurnEngine>(provider => provider.GetRequiredService<TurnEngine>());
        services.TryAddSingleton<IPeers>(provider => provider.GetRequiredService<TurnEngine>());
        services.TryAddSingleton<IConversations>(provider => new KnownConversations(provider.GetRequiredService<TurnEngine>(), provider.GetRequiredService<NodeContext>()));
        services.TryAddSingleton<IDeadLetters>(provider => new DeadLetters(provider.GetRequiredService<NodeContext>()));
        services.TryAddSingleton<IUserData>(provider => new UserData(provider.GetRequiredService<NodeContext>()));
        services.AddHostedService<EngineService>();
        return new EverturnBuilder(services)
            .AddStore("memory", (provider, _) => new MemoryStore(provider.GetRequiredService<Random>()));
    }

    private static void UseDefaults(EverturnOptions options)
    {
        if (string.IsNullOrEmpty(options.Bot))
        {
            options.Bot = Assembly.GetEntryAssembly()?.GetName().Name ?? "bot";
        }

        if (string.IsNullOrEmpty(options.Node))
        {
            options.Node = $"{Environment.MachineName}-{Environment.ProcessId}";
        }
    }
}
