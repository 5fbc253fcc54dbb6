using Everturn.AspNetCore.Health;
using Everturn.AspNetCore.Inbound;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.AspNetCore;

/// <summary>Maps a bot's endpoints.</summary>
public static class EverturnEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the endpoint that channels post activities to, and <c>GET /health/live</c> and <c>/health/ready</c>. Other
    /// methods are answered 405.
    /// </summary>
    /// <exception cref="InvalidOperationException">AddEverturn was not called.</exception>
    public static IEndpointConventionBuilder MapBot(this IEndpointRouteBuilder endpoints, string pattern = "/api/messages")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        if (endpoints.ServiceProvider.GetService<IServiceProviderIsService>()?.IsService(typeof(BotEndpoint)) != true)
        {
            throw new InvalidOperationException(
                "ET3019: MapBot needs Everturn's services. Call builder.Services.AddEverturn() before Build().");
        }

        // Resolved by the request: what is wrong with the options is the host's to say when it starts.
        HealthEndpoints.MapOnce(endpoints);
        return endpoints.MapPost(pattern, context => context.RequestServices.GetRequiredService<BotEndpoint>().HandleAsync(context));
    }
}
