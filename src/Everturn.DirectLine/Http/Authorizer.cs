using System.Net;
using System.Security.Cryptography;
using System.Text;
using Everturn.DirectLine.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Everturn.DirectLine.Http;

/// <summary>Decides who may make a request. Only a token that is truly bad is answered 403, because clients give up on it.</summary>
internal sealed class Authorizer(TokenService tokens, Origins origins, IOptions<DirectLineOptions> options)
{
    private const string Scheme = "Bearer ";

    /// <summary>The holder of the secret, or of a token for any conversation.</summary>
    public async ValueTask<Authorized> AnyAsync(HttpContext http)
    {
        if (Credentials(http.Request) is not { } credentials)
        {
            return Refusals.NoAuthorization();
        }

        if (IsSecret(credentials))
        {
            return new Caller(null);
        }

        var check = await tokens.ExamineAsync(TokenKind.Rest, credentials, http.RequestAborted);
        return check switch
        {
            { IsExpired: true } => Refusals.TokenExpired(),
            { Token: { } token } => new Caller(token),
            _ => Refusals.Forbidden("The token or secret is not valid here."),
        };
    }

    /// <summary>The holder of the secret, or of a token for this very conversation.</summary>
    public async ValueTask<Authorized> ForConversationAsync(HttpContext http, string conversation)
    {
        var authorized = await AnyAsync(http);
        if (authorized.Caller is not { } caller)
        {
            return authorized;
        }

        if (caller.Token is { } token && token.Conversation != conversation)
        {
            return Refusals.Forbidden("The token is for another conversation.");
        }

        return DirectLineIds.IsConversation(conversation) ? authorized : Refusals.UnknownConversation();
    }

    /// <summary>Who may make tokens: the holder of the secret; without one, anybody on this machine.</summary>
    public async ValueTask<Authorized> ForNewTokenAsync(HttpContext http)
    {
        if (options.Value.Secret is null && http.Request.Headers.Authorization.Count == 0)
        {
            return IsLocal(http)
                ? new Caller(null)
                : Refusals.Forbidden("Without a secret, tokens are given only to this machine. Set Everturn:DirectLine:Secret.");
        }

        var authorized = await AnyAsync(http);
        return authorized.Caller is { Token: not null } ? Refusals.Forbidden("A token cannot make tokens; send the secret.") : authorized;
    }

    /// <summary>The holder of a token in the URL, of the given kind and for this very conversation.</summary>
    public async ValueTask<Authorized> ByUrlAsync(HttpContext http, TokenKind kind, string conversation)
    {
        var text = http.Request.Query["t"].ToString();
        if (text.Length == 0)
        {
            return Refusals.NoAuthorization();
        }

        var check = await tokens.ExamineAsync(kind, text, http.RequestAborted);
        return check switch
        {
            { IsExpired: true } => Refusals.TokenExpired(),
            { Token: { } token } when token.Conversation == conversation => new Caller(token),
            _ => Refusals.Forbidden("The URL's token is not valid here."),
        };
    }

    private static string? Credentials(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        return header.Count == 1
            && header[0] is { } value
            && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && value[Scheme.Length..].Trim() is { Length: > 0 } credentials
            && !credentials.Contains(' ', StringComparison.Ordinal)
            ? credentials
            : null;
    }

    // The hashes make both sides equally long, so that the time taken tells nothing of the secret.
    private bool IsSecret(string credentials) =>
        options.Value.Secret is { } secret
        && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(secret)), SHA256.HashData(Encoding.UTF8.GetBytes(credentials)));

    // Behind a proxy on this machine the peer is always local; then those it forwards for must be, too. Host and Origin
    // are looked at because a page from elsewhere can make a browser on this machine ask.
    private bool IsLocal(HttpContext http)
    {
        var headers = http.Request.Headers;
        return http.Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer)
            && headers["X-Forwarded-For"].SelectMany(value => (value ?? "").Split(',')).All(IsLoopbackAddress)
            && Origins.IsLoopbackHost(PublicUrl.Host(http).Host)
            && (headers.Origin.Count == 0 || origins.IsAllowed(headers.Origin.ToString()));
    }

    private static bool IsLoopbackAddress(string address) =>
        IPAddress.TryParse(address.Trim(), out var parsed) ? IPAddress.IsLoopback(parsed)
        : IPEndPoint.TryParse(address.Trim(), out var endpoint) && IPAddress.IsLoopback(endpoint.Address);
}
