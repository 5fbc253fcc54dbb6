using Everturn.Storage.CosmosDb.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Logging;

namespace Everturn.Cli.Tests.Storage;

/// <summary>The emulation of Cosmos DB behind a server that bridges its gaps, for processes that have no hook of the tests in their client.</summary>
internal sealed class BridgedCosmosDb : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpMessageInvoker _emulation;

    private BridgedCosmosDb(WebApplication app, HttpMessageInvoker emulation)
    {
        _app = app;
        _emulation = emulation;
    }

    public string Connection => CosmosDbServer.Connection(new Uri(_app.Urls.Single()));

    public static async Task<BridgedCosmosDb> StartAsync()
    {
        var server = await CosmosDbServer.AddressAsync();
        var emulation = new HttpMessageInvoker(new ServerGaps(server) { InnerHandler = new SocketsHttpHandler() });
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Run(context => ForwardAsync(context, server, emulation));
        await app.StartAsync();
        return new(app, emulation);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _emulation.Dispose();
    }

    private static async Task ForwardAsync(HttpContext context, Uri server, HttpMessageInvoker emulation)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        using var request = new HttpRequestMessage(new(context.Request.Method), new Uri(server, context.Request.GetEncodedPathAndQuery()));
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(body.ToArray());
        }

        foreach (var (name, values) in context.Request.Headers)
        {
            if (name is not ("Host" or "Content-Length" or "Connection" or "Transfer-Encoding") && !request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        using var answer = await emulation.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (name is not ("Content-Length" or "Connection" or "Transfer-Encoding" or "Keep-Alive"))
            {
                context.Response.Headers[name] = values.ToArray();
            }
        }

        await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
