using Everturn.Gateway.Forwarding;
using Everturn.Gateway.Streaming;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.Gateway;

/// <summary>Maps the gateway's paths.</summary>
public static class GatewayEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps everything under <c>/api/messages</c> and <c>/v3/directline</c> to the nodes, and <c>/health/live</c> and
    /// <c>/health/ready</c> of the gateway itself (ready: some node is). All other paths stay the host's own.
    /// </summary>
    /// <param name="endpoints">The host's endpoints.</param>
    public static IEndpointConventionBuilder MapEverturnGateway(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        var topology = services.GetRequiredService<GatewayTopology>();
        var forwarder = services.GetRequiredService<RequestForwarder>();
        var relay = services.GetRequiredService<StreamRelay>();

        var group = endpoints.MapGroup("");
        group.MapMethods("/health/live", [HttpMethods.Get, HttpMethods.Head], () => Results.Json(new { status = "live" }));
        group.MapMethods("/health/ready", [HttpMethods.Get, HttpMethods.Head], () =>
            topology.GetSnapshot().CurrentRegion is { } region
                ? Results.Json(new { status = "ready", region })
                : Results.Json(new { status = "unready", reason = "no node is ready" }, statusCode: StatusCodes.Status503ServiceUnavailable));

        group.Map("/api/messages/{**rest}", (RequestDelegate)forwarder.HandleAsync);
        group.Map("/v3/directline/{**rest}", (RequestDelegate)forwarder.HandleAsync);

        var stream = endpoints.CreateApplicationBuilder().UseWebSockets();
        stream.Run(context => context.WebSockets.IsWebSocketRequest ? relay.HandleAsync(context) : forwarder.HandleAsync(context));
        group.Map("/v3/directline/conversations/{conversation}/stream", stream.Build());
        return group;
    }
}
