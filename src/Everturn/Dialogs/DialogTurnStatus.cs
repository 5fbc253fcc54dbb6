namespace Everturn.Dialogs;

/// <summary>What became of the dialogs in a turn.</summary>
public enum DialogTurnStatus
{
    /// <summary>No dialog is on the stack.</summary>
    Empty,

    /// <summary>The active dialog waits for the user's next message.</summary>
    Waiting,

    /// <summary>The last dialog on the stack has ended.</summary>
    Complete,

    /// <summary>The dialogs were cancelled.</summary>
    Cancelled,

    /// <summary>
    /// The activity belongs to a question that is not open any more (a button of an old card, a timer of an answered question), so
    /// no dialog has seen it and none has changed.
    /// </summary>
    Ignored,
}
