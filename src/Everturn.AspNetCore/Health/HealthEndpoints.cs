using Everturn.AspNetCore.Node;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.AspNetCore.Health;

/// <summary>What probes ask: does the process run, and can it serve.</summary>
internal static class HealthEndpoints
{
    private const string LivePath = "/health/live";

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
            var readiness = context.RequestServices.GetRequiredService<Readiness>();
            var report = await readiness.ProbeAsync(context.RequestAborted);
            context.Response.StatusCode = report.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            await AnswerAsync(context, () => context.Response.WriteAsJsonAsync(report, NodeJsonContext.Default.ReadinessReport));
            await context.Response.CompleteAsync();
            readiness.NoteAnswered(report);
        });
    }

    private static Task AnswerAsync(HttpContext context, Func<Task> write)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return write();
    }
}
