using Everturn.DirectLine.Http;
using Everturn.DirectLine.Streams;
using Everturn.DirectLine.Tokens;
using Everturn.DirectLine.Transcripts;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Everturn.DirectLine.Endpoints;

/// <summary>GET /conversations/{c}/stream: a WebSocket, allowed by the token in its URL.</summary>
internal sealed class StreamEndpoint(
    Authorizer authorizer,
    TokenService tokens,
    TranscriptStore transcripts,
    LiveConversations live,
    IOptions<DirectLineOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<StreamEndpoint> logger)
{
    private const string ResumeHeader = "Everturn-Stream-Resume";

    public async ValueTask<Answer> OpenAsync(HttpContext http, string conversation)
    {
        var authorized = await authorizer.ByUrlAsync(http, TokenKind.Stream, conversation);
        if (authorized.Refusal is not null)
        {
            return authorized.Refusal;
        }

        if (!http.WebSockets.IsWebSocketRequest)
        {
            return Refusals.BadArgument("This is a WebSocket; ask for an upgrade.");
        }

        if (Watermark.Of(http.Request) is not { } watermark)
        {
            return Refusals.BadArgument("The watermark is not one of ours.");
        }

        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return Refusals.Unavailable("ET4030: The node is stopping.", TimeSpan.FromSeconds(1));
        }

        using var subscription = await live.SubscribeAsync(conversation, http.RequestAborted);
        if (subscription is null)
        {
            return Refusals.TooManyStreams(options.Value.MaxStreams);
        }

        if (RequestIds.Of(http.Request) is not null)
        {
            // A gateway keeps the client's socket open and opens this one anew elsewhere when the node dies.
            http.Response.Headers[ResumeHeader] = await tokens.IssueAsync(
                TokenKind.Stream, new(conversation, null), TokenService.ResumeLifetime, http.RequestAborted);
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        using var connection = new StreamConnection(socket, subscription, transcripts, options.Value, time, watermark);
        logger.StreamEnded(conversation, await connection.RunAsync(lifetime.ApplicationStopping));
        return Answer.AlreadyWritten;
    }
}
