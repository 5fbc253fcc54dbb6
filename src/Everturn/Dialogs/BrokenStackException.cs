namespace Everturn.Dialogs;

/// <summary>A stored stack of dialogs cannot go on with the code as it is (ET1101).</summary>
/// <param name="dialogId">The dialog that is missing or has changed.</param>
/// <param name="stateName">Where the stack is kept in the conversation's state.</param>
public sealed class BrokenStackException(string dialogId, string stateName) : Exception(
    $"ET1101: the stack in state '{stateName}' holds the dialog '{dialogId}', which the code does not know any more, or not in that shape. "
    + $"Add the dialog again, choose BrokenStackPolicy.Restart, or remove the state '{stateName}' in the error handler.")
{
    /// <summary>The dialog that is missing or has changed.</summary>
    public string DialogId { get; } = dialogId;
}
