using Everturn.DirectLine.Conversations;
using Everturn.DirectLine.Http;
using Everturn.DirectLine.Tokens;
using Everturn.DirectLine.Transcripts;
using Microsoft.AspNetCore.Http;

namespace Everturn.DirectLine.Endpoints;

/// <summary>POST /conversations (start) and GET /conversations/{c} (reconnect).</summary>
internal sealed class ConversationEndpoints(
    Authorizer authorizer, TokenService tokens, ConversationStarter starter, TranscriptStore transcripts)
{
    public async ValueTask<Answer> StartAsync(HttpContext http)
    {
        var authorized = await authorizer.AnyAsync(http);
        if (authorized.Refusal is not null)
        {
            return authorized.Refusal;
        }

        var request = await TokenRequest.ReadAsync(http);
        if (request.Refusal is not null)
        {
            return request.Refusal;
        }

        // A user in the body counts only when a secret vouches for it. Others name their user with each post.
        var vouched = request.User is { } user && user.Id.StartsWith(DirectLineIds.TokenUserPrefix, StringComparison.Ordinal);
        if (authorized.Caller!.Token is { User: null } && vouched)
        {
            return Refusals.BadArgument($"A user id that begins with {DirectLineIds.TokenUserPrefix} must come with the token.");
        }

        var token = authorized.Caller.Token ?? new(DirectLineIds.NewConversation(), vouched ? request.User : null);
        var start = await starter.StartAsync(token.Conversation, token.User, http.RequestAborted);
        return start.Unavailable is { } unavailable
            ? Refusals.Unavailable(unavailable.Reason, unavailable.RetryAfter)
            : await AnswerAsync(http, start.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK, token, watermark: 0);
    }

    public async ValueTask<Answer> ReconnectAsync(HttpContext http, string conversation)
    {
        var authorized = await authorizer.ForConversationAsync(http, conversation);
        if (authorized.Refusal is not null)
        {
            return authorized.Refusal;
        }

        if (Watermark.Of(http.Request) is not { } watermark)
        {
            return Refusals.BadArgument("The watermark is not one of ours.");
        }

        var token = authorized.Caller!.Token;
        if (token is null)
        {
            var stored = await transcripts.LoadAsync(conversation, http.RequestAborted);
            if (stored.ETag is null)
            {
                return Refusals.UnknownConversation();
            }

            token = new(conversation, stored.Transcript.User);
        }

        return await AnswerAsync(http, StatusCodes.Status200OK, token, watermark);
    }

    private async ValueTask<Answer> AnswerAsync(HttpContext http, int status, DirectLineToken token, long watermark)
    {
        var rest = await tokens.IssueAsync(TokenKind.Rest, token, tokens.RestLifetime, http.RequestAborted);
        var stream = await tokens.IssueAsync(
            TokenKind.Stream, new(token.Conversation, null), TokenService.StreamLifetime, http.RequestAborted);
        return Answer.Json(status, writer =>
        {
            writer.WriteString("conversationId", token.Conversation);
            writer.WriteString("token", rest);
            writer.WriteNumber("expires_in", (int)tokens.RestLifetime.TotalSeconds);
            writer.WriteString(
                "streamUrl",
                $"{PublicUrl.Base(http, webSocket: true)}/conversations/{token.Conversation}/stream?watermark={Watermark.Format(watermark)}&t={stream}");
        });
    }
}
