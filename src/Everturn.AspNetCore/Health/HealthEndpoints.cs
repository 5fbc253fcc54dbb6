using System.Net;
using Everturn.AspNetCore.Node;
using Everturn.Delivery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.AspNetCore.Health;

/// <summary>What probes ask: does the process run, and can it serve.</summary>
internal static class HealthEndpoints
{
    private const string LivePath = "/health/live";
    private const string IncarnationHeader = "Everturn-Incarnation";
    private const string DepartedHeader = "Everturn-Departed";

    /// <summary>Maps the endpoints unless they are there already: a program may map several bots.</summary>
    public static void MapOnce(IEndpointRouteBuilder endpoints)
    {
        var mapped = endpoints.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();
        if (mapped.Any(endpoint => endpoint.RoutePattern.RawText == LivePath))
        {
            return;
        }

        endpoints.MapGet(LivePath, context => AnswerAsync(context, () => context.Response.WriteAsync("""{"status":"live"}""", context.RequestAborted)));
        endpoints.MapGet("/health/ready", async context =>
        {
            LearnOfTheDead(context);
            var readiness = context.RequestServices.GetRequiredService<Readiness>();
            var report = await readiness.ProbeAsync(context.RequestAborted);
            context.Response.StatusCode = report.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            await AnswerAsync(context, () => context.Response.WriteAsJsonAsync(report, NodeJsonContext.Default.ReadinessReport));
            await context.Response.CompleteAsync();
            readiness.NoteAnswered(report);
        });
    }

    // A prober that has seen a node's process exit says so to the others. Only one on this machine can have seen that.
    private static void LearnOfTheDead(HttpContext context)
    {
        var peers = context.RequestServices.GetRequiredService<IPeers>();
        context.Response.Headers[IncarnationHeader] = peers.Incarnation;
        if (context.Connection.RemoteIpAddress is { } prober && IPAddress.IsLoopback(prober))
        {
            foreach (var incarnation in context.Request.Headers.GetCommaSeparatedValues(DepartedHeader))
            {
                peers.ReportDead(incarnation);
            }
        }
    }

    private static Task AnswerAsync(HttpContext context, Func<Task> write)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return write();
    }
}
