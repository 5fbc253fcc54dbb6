using Azure.Core;

namespace Everturn.Azure.Clu;

/// <summary>The tokens of the credential, each used until it is about to expire.</summary>
internal sealed class CluSignIn(TokenCredential credential, string audience, TimeProvider time)
{
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(2);

    private readonly TokenRequestContext _request = new([audience.TrimEnd('/') + "/.default"]);
    private Held? _held;

    public async ValueTask<string> TokenAsync(CancellationToken cancellationToken)
    {
        // Two at once may both sign in; either token will do.
        if (_held is not { } held || held.Token.ExpiresOn - Margin <= time.GetUtcNow())
        {
            _held = held = new(await credential.GetTokenAsync(_request, cancellationToken));
        }

        return held.Token.Token;
    }

    /// <summary>Drops a token that was refused.</summary>
    public void Forget() => _held = null;

    private sealed record Held(AccessToken Token);
}
