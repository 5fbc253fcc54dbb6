using Everturn.Turns;

namespace Everturn.Docs.Tests.Pages;

internal sealed class EchoBot : ActivityHandler
{
    protected override async Task OnMessageActivityAsync(TurnContext turn, CancellationToken cancellationToken) =>
        await turn.SendActivityAsync($"You said: {turn.Activity.Text}", cancellationToken);
}
