using Everturn.DirectLine.Http;
using Everturn.DirectLine.Tokens;
using Microsoft.AspNetCore.Http;

namespace Everturn.DirectLine.Endpoints;

/// <summary>POST /tokens/generate and /tokens/refresh.</summary>
internal sealed class TokenEndpoints(Authorizer authorizer, TokenService tokens)
{
    public async ValueTask<Answer> GenerateAsync(HttpContext http)
    {
        if ((await authorizer.ForNewTokenAsync(http)).Refusal is { } refusal)
        {
            return refusal;
        }

        var request = await TokenRequest.ReadAsync(http);
        if (request.Refusal is not null)
        {
            return request.Refusal;
        }

        // Whoever reads an id with this prefix knows that a token vouched for it; so no other id may stand in a token.
        if (request.User is { } user && !user.Id.StartsWith(DirectLineIds.TokenUserPrefix, StringComparison.Ordinal))
        {
            return Refusals.BadArgument($"A user id in a token must begin with {DirectLineIds.TokenUserPrefix}.");
        }

        return await AnswerAsync(http, new(DirectLineIds.NewConversation(), request.User));
    }

    public async ValueTask<Answer> RefreshAsync(HttpContext http)
    {
        var authorized = await authorizer.AnyAsync(http);
        return authorized switch
        {
            { Refusal: { } refusal } => refusal,
            { Caller.Token: { } token } => await AnswerAsync(http, token),
            _ => Refusals.Forbidden("A secret does not expire; send the token that is to be refreshed."),
        };
    }

    private async ValueTask<Answer> AnswerAsync(HttpContext http, DirectLineToken token)
    {
        var text = await tokens.IssueAsync(TokenKind.Rest, token, tokens.RestLifetime, http.RequestAborted);
        return Answer.Json(StatusCodes.Status200OK, writer =>
        {
            writer.WriteString("conversationId", token.Conversation);
            writer.WriteString("token", text);
            writer.WriteNumber("expires_in", (int)tokens.RestLifetime.TotalSeconds);
        });
    }
}
