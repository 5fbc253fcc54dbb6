using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Everturn.Azure.Tests.Clu;

/// <summary>
/// A fake of Azure's conversational language understanding in one region, on a free loopback port: the service cannot run here. It answers
/// as its REST reference says (2023-04-01), or as a test wants it to fail.
/// </summary>
internal sealed class PlayedClu : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PlayedClu(WebApplication app, string region) => (_app, Region) = (app, region);

    public string Region { get; }

    public Uri Address => new(_app.Urls.First());

    /// <summary>How requests are answered; by default with <see cref="Booking"/>.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = context => WriteAsync(context, 200, Booking);

    public ConcurrentQueue<PlayedRequest> Requests { get; } = [];

    /// <summary>An answer to "Book 2 rooms in Rome 🏛 for ABC".</summary>
    public const string Booking =
        """
        {"kind":"ConversationResult","result":{"query":"...","prediction":{"topIntent":"BookHotel","projectKind":"Conversation",
          "intents":[{"category":"None","confidenceScore":0.02},{"category":"BookHotel","confidenceScore":0.97},{"category":"Cancel","confidenceScore":0.01}],
          "entities":[
            {"category":"Code","text":"ABC","offset":28,"length":3,"confidenceScore":1,"extraInformation":[{"extraInformationKind":"RegexKey","key":"code"}]},
            {"category":"Number","text":"2","offset":5,"length":1,"confidenceScore":1,"resolutions":[{"resolutionKind":"NumberResolution","numberKind":"Integer","value":2}],"extraInformation":[{"extraInformationKind":"EntitySubtype","value":"quantity.number"}]},
            {"category":"City","text":"Rome","offset":16,"length":4,"confidenceScore":1,"extraInformation":[{"extraInformationKind":"ListKey","key":"ROM"}]}]}}}
        """;

    public static async Task<PlayedClu> StartAsync(string region)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var service = new PlayedClu(builder.Build(), region);
        service._app.Run(service.HandleAsync);
        await service._app.StartAsync();
        return service;
    }

    /// <summary>Has it answer with an error, as the service words it.</summary>
    public void Fail(int status, string code = "InternalServerError", string? retryAfter = null) => Answer = context =>
    {
        if (retryAfter is not null) context.Response.Headers.RetryAfter = retryAfter;
        return WriteAsync(context, status, $$"""{"error":{"code":"{{code}}","message":"played {{status}}","target":"x","details":[],"innererror":{"code":"y"} } }""");
    };

    public static Task WriteAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        Requests.Enqueue(new(
            $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}",
            context.Request.Headers["Ocp-Apim-Subscription-Key"],
            context.Request.Headers.Authorization,
            body.RootElement.Clone()));
        await Answer(context);
    }
}

internal sealed record PlayedRequest(string Line, string? Key, string? Authorization, JsonElement Body);
