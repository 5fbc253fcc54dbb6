using Everturn.AspNetCore.Connector;
using Everturn.AspNetCore.Health;
using Everturn.AspNetCore.Inbound;
using Everturn.AspNetCore.Node;
using Everturn.Delivery;
using Everturn.Hosting;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Everturn.AspNetCore;

/// <summary>Adds Everturn to an ASP.NET Core program.</summary>
public static class EverturnServiceCollectionExtensions
{
    // Endpoints that take more or less say so themselves.
    private const long LargestRequestBody = 16 * 1024 * 1024;

    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Adds the engine, the connector channel, health, and what makes the program a node. Options come from the
    /// configuration section <c>Everturn</c> (<see cref="EverturnOptions"/>, <see cref="EverturnHostOptions"/>), then from
    /// <paramref name="configure"/>. Listens on http://localhost:3978 unless an address is configured.
    /// </summary>
    /// <returns>The builder to add the bot, a store and channels with.</returns>
    public static EverturnBuilder AddEverturn(this IServiceCollection services, Action<EverturnOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(Random.Shared);
        services.AddOptions<EverturnHostOptions>().BindConfiguration("Everturn").ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EverturnHostOptions>, EverturnHostOptionsValidator>());
        services.Configure<KestrelServerOptions>(LimitRequests);

        services.TryAddSingleton<LoopbackRule>();
        services.TryAddSingleton<BotEndpoint>();
        services.TryAddSingleton<Readiness>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, NodeStartupFilter>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChannel, ConnectorChannel>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, NodeLifetime>());
        return services.AddEverturnCore(configure);
    }

    private static void LimitRequests(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = LargestRequestBody;
        kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
    }
}
