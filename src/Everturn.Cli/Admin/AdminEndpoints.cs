using System.Text.Json;
using Everturn.Cli.Cluster;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Everturn.Cli.Admin;

/// <summary>The switches of a local cluster, for its page and for the commands: GET /everturn/status and POST /everturn/faults.</summary>
internal static class AdminEndpoints
{
    private const int MaxBodyBytes = 4096;

    public static void MapAdmin(this IEndpointRouteBuilder endpoints, ClusterWatch watch)
    {
        var admin = endpoints.MapGroup("/everturn").AddEndpointFilter(async (context, next) =>
        {
            context.HttpContext.Response.Headers.CacheControl = "no-store";
            return LoopbackGuard.Check(context.HttpContext.Request) is { } refusal ? Answer(refusal) : await next(context);
        });
        admin.MapGet("/status", () => Results.Json(watch.Status(), CliJson.Default.ClusterStatus));
        admin.MapPost("/faults", async (HttpContext context) =>
        {
            var (fault, refusal) = await ReadAsync(context.Request);
            refusal ??= await watch.Cluster.ApplyAsync(fault!);
            return refusal is null ? Results.Json(watch.Status(), CliJson.Default.ClusterStatus) : Answer(refusal);
        }).WithMetadata(new BodyLimit(MaxBodyBytes));
    }

    private static async Task<(FaultRequest? Fault, FaultRefusal? Refusal)> ReadAsync(HttpRequest request)
    {
        // Anything else a foreign page could send without the browser asking first.
        if (!request.HasJsonContentType())
        {
            return (null, new(StatusCodes.Status415UnsupportedMediaType, ErrorCodes.BadFault, "the body must be application/json."));
        }

        try
        {
            var fault = await request.ReadFromJsonAsync(CliJson.Default.FaultRequest, request.HttpContext.RequestAborted);
            return fault is null ? (null, Malformed("null")) : (fault, null);
        }
        catch (JsonException exception)
        {
            return (null, Malformed(exception.Message));
        }
        catch (BadHttpRequestException exception)
        {
            return (null, new(exception.StatusCode, ErrorCodes.BadFault, exception.Message));
        }
    }

    private static FaultRefusal Malformed(string what) =>
        new(StatusCodes.Status400BadRequest, ErrorCodes.BadFault, $$"""the body is not {"action": "...", "target": "..."}: {{what}}""");

    private static IResult Answer(FaultRefusal refusal) =>
        Results.Json(new ErrorBody(new(refusal.Code, refusal.Message)), CliJson.Default.ErrorBody, statusCode: refusal.Status);

    private sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
}
