using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Everturn.OpenAI.Tests;

/// <summary>A server of the test's own that plays an OpenAI-compatible endpoint: it answers what the test has laid down.</summary>
internal sealed class PlayedEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<PlayedRequest> _requests = new();
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _answers = new();

    private PlayedEndpoint(WebApplication app) => _app = app;

    /// <summary>The address in front of <c>/chat/completions</c>.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>What came, in order.</summary>
    public IReadOnlyList<PlayedRequest> Requests => [.. _requests];

    /// <summary>Decides what is answered, when nothing is laid down for a request.</summary>
    public Func<HttpContext, PlayedRequest, Task>? Otherwise { get; set; }

    public static async Task<PlayedEndpoint> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var endpoint = new PlayedEndpoint(app);
        app.MapPost("/v1/chat/completions", endpoint.AnswerAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        endpoint.Url = new Uri(app.Urls.Single() + "/v1");
        return endpoint;
    }

    /// <summary>Lays down the answer to the next request without one.</summary>
    public void Then(Func<HttpContext, Task> answer) => _answers.Enqueue(answer);

    public void Then(int status, string body, string? contentType = "application/json", string? retryAfter = null) => Then(context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        if (retryAfter is not null) context.Response.Headers.RetryAfter = retryAfter;
        return context.Response.WriteAsync(body, context.RequestAborted);
    });

    /// <summary>Lays down a stream of these events, with <c>[DONE]</c> at its end if <paramref name="isWhole"/>.</summary>
    public void ThenStream(bool isWhole, params string[] events) => Then(context => StreamAsync(context, isWhole, events));

    public static async Task StreamAsync(HttpContext context, bool isWhole, params string[] events)
    {
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        foreach (var data in events.Concat(isWhole ? ["[DONE]"] : []))
        {
            await context.Response.WriteAsync($"data: {data}\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var request = new PlayedRequest(body.RootElement.Clone(), context.Request.Headers.Authorization, context.Request.QueryString.Value);
        _requests.Enqueue(request);
        if (_answers.TryDequeue(out var answer))
        {
            await answer(context);
        }
        else if (Otherwise is { } otherwise)
        {
            await otherwise(context, request);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status418ImATeapot;
        }
    }
}
