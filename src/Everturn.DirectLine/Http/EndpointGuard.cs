using System.Globalization;
using Everturn.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Everturn.DirectLine.Http;

/// <summary>What all endpoints share: the headers of every answer, one log line for each refusal, and no exception that escapes.</summary>
internal sealed class EndpointGuard(Origins origins, IOptions<EverturnOptions> node, ILogger<EndpointGuard> logger)
{
    private const string NodeHeader = "Everturn-Node";

    public RequestDelegate Protect(Func<HttpContext, ValueTask<Answer>> handler) => async http =>
    {
        origins.AddHeaders(http);
        http.Response.Headers[NodeHeader] = node.Value.Node;
        http.Response.Headers.CacheControl = "no-store";
        var answer = await RunAsync(http, handler);
        if (answer is null || ReferenceEquals(answer, Answer.AlreadyWritten) || http.Response.HasStarted)
        {
            return;
        }

        if (answer.Code is not null)
        {
            logger.Refused(http.Request.Method, http.Request.Path, answer.Status, answer.Code, answer.Message);
        }

        await WriteAsync(http, answer);
    };

    private async ValueTask<Answer?> RunAsync(HttpContext http, Func<HttpContext, ValueTask<Answer>> handler)
    {
        try
        {
            return await handler(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception exception) when (exception is StoreUnavailableException or InvalidDataException)
        {
            logger.StoreFailed(exception, http.Request.Method, http.Request.Path);
            return Refusals.Unavailable(exception.Message, TimeSpan.FromSeconds(1));
        }
        catch (IOException) when (http.RequestAborted.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception exception)
        {
            logger.Failed(exception, http.Request.Method, http.Request.Path);
            return Refusals.Unexpected();
        }
    }

    private static async ValueTask WriteAsync(HttpContext http, Answer answer)
    {
        http.Response.StatusCode = answer.Status;
        if (answer.RetryAfter is { } retryAfter)
        {
            var seconds = Math.Max(1, (int)Math.Ceiling(retryAfter.TotalSeconds));
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (answer.Status == StatusCodes.Status401Unauthorized)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
        }

        if (answer.Body.IsEmpty)
        {
            return;
        }

        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = answer.Body.Length;
        await http.Response.Body.WriteAsync(answer.Body, http.RequestAborted);
    }
}
