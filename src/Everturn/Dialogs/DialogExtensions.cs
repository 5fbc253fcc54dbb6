using Everturn.Turns;

namespace Everturn.Dialogs;

/// <summary>Runs a dialog as the root of a bot.</summary>
public static class DialogExtensions
{
    /// <summary>Gives the turn's activity to the dialogs on the stack, or begins <paramref name="dialog"/> when there are none.</summary>
    /// <param name="dialog">The root dialog.</param>
    /// <param name="turn">The turn.</param>
    /// <param name="stateName">Where the conversation keeps the stack.</param>
    /// <param name="onBrokenStack">What happens when a stored stack cannot go on with the code as it is.</param>
    /// <param name="cancellationToken">Cancelled when the turn is given up.</param>
    /// <remarks>Flows with a timeout need it for event activities as well; <see cref="DialogBot"/> sees to that.</remarks>
    /// <exception cref="BrokenStackException">The stack cannot go on, and that is an error here.</exception>
    public static async Task<DialogTurnResult> RunAsync(
        this Dialog dialog,
        TurnContext turn,
        string stateName = DialogSet.DefaultStateName,
        BrokenStackPolicy onBrokenStack = BrokenStackPolicy.Restart,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dialog);
        ArgumentNullException.ThrowIfNull(turn);
        var dialogs = new DialogSet(stateName) { OnBrokenStack = onBrokenStack }.Add(dialog);
        var dc = dialogs.CreateContext(turn);
        var result = await dc.ContinueDialogAsync(cancellationToken);
        if (result.Status is DialogTurnStatus.Empty)
        {
            result = await dc.BeginDialogAsync(dialog.Id, null, cancellationToken);
        }

        return result;
    }
}
