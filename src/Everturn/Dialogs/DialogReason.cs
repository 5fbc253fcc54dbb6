namespace Everturn.Dialogs;

/// <summary>Why a dialog or a step is called.</summary>
public enum DialogReason
{
    /// <summary>It begins.</summary>
    BeginCalled,

    /// <summary>The user has answered.</summary>
    ContinueCalled,

    /// <summary>The dialog that it began has ended, or it ends itself.</summary>
    EndCalled,

    /// <summary>Another dialog takes its place.</summary>
    ReplaceCalled,

    /// <summary>It was cancelled.</summary>
    CancelCalled,

    /// <summary>The step before went on without waiting.</summary>
    NextCalled,
}
