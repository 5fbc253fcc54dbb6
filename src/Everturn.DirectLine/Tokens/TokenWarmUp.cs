using Microsoft.Extensions.Hosting;

namespace Everturn.DirectLine.Tokens;

/// <summary>
/// Has the signing key at hand, and the token library compiled, before the first client comes. A store that does not
/// answer yet is no reason not to start: the node is not ready then, and the first request asks again.
/// </summary>
internal sealed class TokenWarmUp(TokenService tokens) : IHostedService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var token = await tokens.IssueAsync(TokenKind.Rest, new DirectLineToken("warm-up", User: null), tokens.RestLifetime, patience.Token);
            await tokens.ExamineAsync(TokenKind.Rest, token, patience.Token);
        }
        catch (Exception exception) when (exception is StoreUnavailableException || patience.IsCancellationRequested)
        {
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
