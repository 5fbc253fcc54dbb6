namespace Everturn.Dialogs;

/// <summary>
/// What happens when a stored stack cannot go on: it names a dialog that does not exist any more, or one that has become another.
/// </summary>
public enum BrokenStackPolicy
{
    /// <summary>The stack is dropped, with a warning in the log (ET1119), and the root dialog begins anew with the activity that came. The default.</summary>
    Restart,

    /// <summary>
    /// The turn fails with a <see cref="BrokenStackException"/> (ET1101) and nothing is committed, until the code knows the dialog
    /// again or the bot's error handler removes the state.
    /// </summary>
    Error,
}
