using Everturn.Dialogs;
using Everturn.Turns;

namespace SurvivalBot;

/// <summary>An order as a flow, or a sign-up as a waterfall: what the first message of a conversation asks for.</summary>
internal sealed class Survivor(Outside outside) : DialogBot(new OrderFlow(outside))
{
    private const string IsSignUp = "isSignUp";

    private static readonly SignUp SignUp = new();

    protected override Task<DialogTurnResult> RunAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        if (turn.Activity.Text == "sign up")
        {
            turn.ConversationState.Set(IsSignUp, true);
        }

        return turn.ConversationState.Get<bool>(IsSignUp) ? SignUp.RunAsync(turn, cancellationToken: cancellationToken) : base.RunAsync(turn, cancellationToken);
    }
}
