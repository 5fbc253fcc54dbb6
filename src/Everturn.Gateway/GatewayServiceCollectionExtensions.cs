using Everturn.Gateway.Forwarding;
using Everturn.Gateway.Probing;
using Everturn.Gateway.Streaming;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Everturn.Gateway;

/// <summary>Registers the gateway.</summary>
public static class GatewayServiceCollectionExtensions
{
    /// <summary>
    /// Adds the gateway: its options (section <c>Everturn:Gateway</c>, then <paramref name="configure"/>; checked when the host
    /// starts), its probes, and the <see cref="GatewayTopology"/> for who starts and stops nodes.
    /// </summary>
    /// <remarks>
    /// Request lines of the server and of the proxy are not logged below Warning: they would hold the tokens of streams.
    /// </remarks>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Changes the options after the configuration.</param>
    public static IServiceCollection AddEverturnGateway(this IServiceCollection services, Action<GatewayOptions>? configure = null)
    {
        var options = services.AddOptions<GatewayOptions>().BindConfiguration(GatewayOptions.Section).ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.AddHttpForwarder();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<GatewayOptions>, GatewayOptionsValidator>());
        services.TryAddSingleton(provider => new GatewayTopology(
            provider.GetRequiredService<IOptions<GatewayOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<GatewayTopology>>()));
        services.TryAddSingleton<NodeClient>();
        services.TryAddSingleton<CorsPolicy>();
        services.TryAddSingleton<HeldRequests>();
        services.TryAddSingleton(provider => new ByteBudget(provider.GetRequiredService<IOptions<GatewayOptions>>().Value.MaxBufferedBytes));
        services.TryAddSingleton<GatewayMetrics>();
        services.TryAddSingleton<RequestForwarder>();
        services.TryAddSingleton<StreamConnector>();
        services.TryAddSingleton<StreamRelay>();
        services.AddHostedService<ProbeService>();
        services.PostConfigure<LoggerFilterOptions>(filters =>
        {
            filters.Rules.Add(new LoggerFilterRule(null, "Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning, null));
            filters.Rules.Add(new LoggerFilterRule(null, "Yarp.ReverseProxy.Forwarder", LogLevel.Error, null));
        });
        return services;
    }
}
