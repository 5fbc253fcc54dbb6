using Everturn.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Everturn.DirectLine.Tokens;

/// <summary>Issues and examines tokens: JWTs, because clients read the claim <c>user</c> from them.</summary>
internal sealed class TokenService(
    SigningKey signingKey, IOptions<EverturnOptions> node, IOptions<DirectLineOptions> options, TimeProvider time)
{
    private const string Issuer = "urn:everturn:directline";

    /// <summary>How long a stream URL holds for connecting.</summary>
    public static readonly TimeSpan StreamLifetime = TimeSpan.FromSeconds(60);

    /// <summary>How long whoever holds a client's stream on its behalf may open it anew.</summary>
    public static readonly TimeSpan ResumeLifetime = TimeSpan.FromHours(24);

    /// <summary>How long the URL of a file holds.</summary>
    public static readonly TimeSpan FileLifetime = TimeSpan.FromHours(24);

    /// <summary>By how much the clocks of two nodes may differ.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(5);

    // No defaults of the handler: neither claim names are rewritten nor lifetimes set behind our back.
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false, SetDefaultTimesOnTokenCreation = false };

    public TimeSpan RestLifetime => options.Value.TokenLifetime;

    /// <exception cref="StoreUnavailableException">The signing key cannot be had.</exception>
    public async ValueTask<string> IssueAsync(TokenKind kind, DirectLineToken token, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var key = await signingKey.GetAsync(cancellationToken);
        var now = time.GetUtcNow().UtcDateTime;
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["bot"] = node.Value.Bot,
            ["site"] = node.Value.Bot,
            ["conv"] = token.Conversation,
        };
        if (token.User is { } user)
        {
            claims["user"] = user.Id;
            if (user.Name is not null)
            {
                claims["name"] = user.Name;
            }
        }

        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience(kind),
            NotBefore = now,
            Expires = now + lifetime,
            Claims = claims,
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.HmacSha256),
        });
    }

    /// <exception cref="StoreUnavailableException">The signing key cannot be had, so nothing can be said of the token.</exception>
    public async ValueTask<TokenCheck> ExamineAsync(TokenKind kind, string token, CancellationToken cancellationToken)
    {
        var key = await signingKey.GetAsync(cancellationToken);
        var result = await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = Issuer,
            ValidAudience = Audience(kind),
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            IssuerSigningKey = key,
            // Examined below: by our clock, and told apart from forgery.
            ValidateLifetime = false,
        });
        if (!result.IsValid
            || result.SecurityToken is not JsonWebToken jwt
            || Claim(jwt, "bot") != node.Value.Bot
            || Claim(jwt, "conv") is not { } conversation
            || jwt.ValidTo == default)
        {
            return default;
        }

        var now = time.GetUtcNow().UtcDateTime;
        if (now > jwt.ValidTo + ClockSkew)
        {
            return new(null, IsExpired: true);
        }

        return now < jwt.ValidFrom - ClockSkew
            ? default
            : new(new(conversation, Claim(jwt, "user") is { } user ? new(user, Claim(jwt, "name")) : null), IsExpired: false);
    }

    private static string? Claim(JsonWebToken token, string name) => token.TryGetPayloadValue<string>(name, out var value) ? value : null;

    private static string Audience(TokenKind kind) => kind switch
    {
        TokenKind.Stream => $"{Issuer}:stream",
        TokenKind.File => $"{Issuer}:file",
        _ => Issuer,
    };
}
