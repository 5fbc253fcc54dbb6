using Everturn.Turns;

namespace Everturn.AspNetCore.Tests;

/// <summary>Repeats each message; says how many turns the conversation has had; throws, corrects itself or takes its word back when asked to.</summary>
public sealed class EchoBot : ActivityHandler
{
    protected override async Task OnMessageActivityAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        if (turn.Activity.Text == "throw")
        {
            throw new InvalidOperationException("asked to");
        }

        if (turn.Activity.Text == "type first")
        {
            await turn.SendTypingAsync(cancellationToken);
        }

        if (turn.Activity.Text == "correct")
        {
            await turn.UpdateActivityAsync(new() { Id = turn.ConversationState.Get<string>("last"), Text = "corrected" }, cancellationToken);
            return;
        }

        if (turn.Activity.Text == "take back")
        {
            await turn.DeleteActivityAsync(turn.ConversationState.Get<string>("last")!, cancellationToken);
            return;
        }

        turn.ConversationState.Set("last", await turn.SendActivityAsync($"{turn.Revision}: {turn.Activity.Text}", cancellationToken));
    }

    protected override Task<InvokeResponse?> OnInvokeActivityAsync(TurnContext turn, CancellationToken cancellationToken) =>
        turn.Activity.Name == "echo"
            ? Task.FromResult<InvokeResponse?>(new(202, turn.Activity.Value))
            : base.OnInvokeActivityAsync(turn, cancellationToken);
}
