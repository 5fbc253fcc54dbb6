using Everturn.DirectLine.Endpoints;
using Everturn.DirectLine.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.DirectLine;

/// <summary>Opens the endpoints of the embedded Direct Line channel.</summary>
public static class DirectLineEndpointExtensions
{
    internal const string BasePath = "/v3/directline";

    /// <summary>Maps <c>/v3/directline</c>. The channel examines its tokens itself; the host's own authorization does not apply.</summary>
    public static IEndpointConventionBuilder MapDirectLine(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var services = endpoints.ServiceProvider;
        var tokens = services.GetRequiredService<TokenEndpoints>();
        var conversations = services.GetRequiredService<ConversationEndpoints>();
        var activities = services.GetRequiredService<ActivityEndpoints>();
        var streams = services.GetRequiredService<StreamEndpoint>();
        var uploads = services.GetRequiredService<UploadEndpoint>();
        var files = services.GetRequiredService<FileEndpoint>();
        var session = services.GetRequiredService<SessionEndpoint>();
        var guard = ActivatorUtilities.CreateInstance<EndpointGuard>(services);

        var group = endpoints.MapGroup(BasePath);
        group.WithMetadata(new AllowAnonymousAttribute());
        Map("GET", "/session/getsessionid", session.GetAsync);
        Map("POST", "/tokens/generate", tokens.GenerateAsync);
        Map("POST", "/tokens/refresh", tokens.RefreshAsync);
        Map("POST", "/conversations", conversations.StartAsync);
        Map("GET", "/conversations/{conversation}", http => conversations.ReconnectAsync(http, Conversation(http)));
        Map("GET", "/conversations/{conversation}/activities", http => activities.GetAsync(http, Conversation(http)));
        Map("POST", "/conversations/{conversation}/activities", http => activities.PostAsync(http, Conversation(http)));
        Map("POST", "/conversations/{conversation}/upload", http => uploads.PostAsync(http, Conversation(http)));
        Map("GET", "/attachments/{conversation}/{file}", http => files.GetAsync(http, Conversation(http), (string)http.Request.RouteValues["file"]!));
        Map("GET", "/conversations/{conversation}/stream", http => streams.OpenAsync(http, Conversation(http)), webSocket: true);

        // Whatever nothing else takes, so that refusals and preflights look the same everywhere.
        group.Map("/{**path}", guard.Protect(http => new(Fallback(http))));
        return group;

        void Map(string method, string pattern, Func<HttpContext, ValueTask<Answer>> handler, bool webSocket = false)
        {
            RequestDelegate protectedHandler = guard.Protect(handler);
            if (webSocket)
            {
                // The channel's own, so that a host need not know of WebSockets.
                var pipeline = endpoints.CreateApplicationBuilder();
                pipeline.UseWebSockets();
                pipeline.Run(protectedHandler);
                protectedHandler = pipeline.Build();
            }

            group.MapMethods(pattern, [method], protectedHandler);
        }
    }

    private static string Conversation(HttpContext http) => (string)http.Request.RouteValues["conversation"]!;

    private static Answer Fallback(HttpContext http)
    {
        if (HttpMethods.IsOptions(http.Request.Method))
        {
            return new(StatusCodes.Status204NoContent, default);
        }

        var path = ((string?)http.Request.RouteValues["path"] ?? "").Trim('/').Split('/');
        var allowed = path switch
        {
            ["session", "getsessionid"] => "GET",
            ["tokens", "generate" or "refresh"] or ["conversations"] or ["conversations", _, "upload"] => "POST",
            ["conversations", _] or ["conversations", _, "stream"] or ["attachments", _, _] => "GET",
            ["conversations", _, "activities"] => "GET, POST",
            _ => null,
        };
        if (allowed is null)
        {
            return Refusals.UnknownPath();
        }

        http.Response.Headers.Allow = allowed;
        return Refusals.WrongMethod(allowed);
    }
}
