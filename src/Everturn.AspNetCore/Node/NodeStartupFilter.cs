using Everturn.AspNetCore.Inbound;
using Everturn.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Everturn.AspNetCore.Node;

/// <summary>
/// Stands ahead of everything else in the program: puts the node's name on every response, keeps strangers out, and
/// answers what nothing else answered.
/// </summary>
internal sealed partial class NodeStartupFilter(
    IOptions<EverturnOptions> options, LoopbackRule rule, ILogger<NodeStartupFilter> logger) : IStartupFilter
{
    private const string NodeHeader = "Everturn-Node";

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(HandleAsync);
        next(app);
    };

    private async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        // On starting, because an exception handler in between clears the headers that are there.
        context.Response.OnStarting(SetNodeHeader, context.Response);
        try
        {
            await (rule.MayServe(context) ? next(context) : Refusal.OfStranger.AnswerAsync(context, logger));
        }
        catch (Exception exception) when (
            context.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or IOException)
        {
            // The client is gone: nobody to answer. A turn that was begun goes on.
        }
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
        {
            await new Refusal(exception.StatusCode, $"ET3013: {exception.Message}").AnswerAsync(context, logger);
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            LogFailed(exception);
            context.Response.Clear();
            await Refusal.WriteAsync(context, StatusCodes.Status500InternalServerError, "ET3012: the node failed; its log says why.");
        }
    }

    private Task SetNodeHeader(object response)
    {
        ((HttpResponse)response).Headers[NodeHeader] = options.Value.Node;
        return Task.CompletedTask;
    }

    [LoggerMessage(3003, LogLevel.Error, "A request failed.")]
    private partial void LogFailed(Exception exception);
}
