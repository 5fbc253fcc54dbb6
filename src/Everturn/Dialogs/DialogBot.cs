using Everturn.Dialogs.Flows;
using Everturn.Turns;

namespace Everturn.Dialogs;

/// <summary>A bot that is one dialog: messages, and the timers of its flows, go to it.</summary>
/// <param name="root">The dialog; one object serves all turns.</param>
public class DialogBot(Dialog root) : ActivityHandler
{
    /// <summary>The dialog.</summary>
    protected Dialog Root { get; } = root;

    /// <summary>What happens when a stored stack cannot go on with the code as it is. Default: restart.</summary>
    public BrokenStackPolicy OnBrokenStack { get; init; }

    /// <inheritdoc />
    protected override Task OnMessageActivityAsync(TurnContext turn, CancellationToken cancellationToken) => RunAsync(turn, cancellationToken);

    /// <inheritdoc />
    protected override Task OnEventActivityAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(turn);
        return FlowTimer.Is(turn.Activity) ? RunAsync(turn, cancellationToken) : base.OnEventActivityAsync(turn, cancellationToken);
    }

    /// <summary>Gives the activity to the dialog. Override it for another state name.</summary>
    protected virtual Task<DialogTurnResult> RunAsync(TurnContext turn, CancellationToken cancellationToken) =>
        Root.RunAsync(turn, onBrokenStack: OnBrokenStack, cancellationToken: cancellationToken);
}
