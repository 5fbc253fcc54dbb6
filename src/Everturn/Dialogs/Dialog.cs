namespace Everturn.Dialogs;

/// <summary>A part of a conversation with a beginning and an end, that may take several turns.</summary>
/// <remarks>One object serves all conversations, at once: what belongs to one is kept in its <see cref="DialogInstance.State"/>.</remarks>
public abstract class Dialog
{
    /// <summary>What a dialog returns to wait for the user's next message.</summary>
    public static readonly DialogTurnResult EndOfTurn = new(DialogTurnStatus.Waiting);

    /// <summary>Makes a dialog.</summary>
    /// <param name="id">Its id, unique among the dialogs of its set; stored with conversations, so a new name needs care.</param>
    protected Dialog(string id)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        Id = id;
    }

    /// <summary>The id by which the dialog is begun.</summary>
    public string Id { get; }

    /// <summary>Begins the dialog; its instance is the active one of <paramref name="dc"/>.</summary>
    public abstract Task<DialogTurnResult> BeginDialogAsync(DialogContext dc, object? options = null, CancellationToken cancellationToken = default);

    /// <summary>Takes the user's next activity. By default the dialog ends.</summary>
    public virtual Task<DialogTurnResult> ContinueDialogAsync(DialogContext dc, CancellationToken cancellationToken = default) =>
        dc.EndDialogAsync(null, cancellationToken);

    /// <summary>Goes on after a dialog that stood above this one on the stack. By default the dialog ends with the same result.</summary>
    public virtual Task<DialogTurnResult> ResumeDialogAsync(
        DialogContext dc, DialogReason reason, object? result = null, CancellationToken cancellationToken = default) =>
        dc.EndDialogAsync(result, cancellationToken);

    /// <summary>Asks the open question again. By default nothing is said.</summary>
    public virtual Task RepromptDialogAsync(DialogContext dc, DialogInstance instance, CancellationToken cancellationToken = default) =>
        Task.CompletedTask;

    /// <summary>Tidies up; the instance is about to leave the stack.</summary>
    public virtual Task EndDialogAsync(
        DialogContext dc, DialogInstance instance, DialogReason reason, CancellationToken cancellationToken = default) => Task.CompletedTask;

    /// <summary>
    /// Whether this dialog, as the code is now, can go on from what the instance remembers. False means that the code has
    /// changed since; see <see cref="BrokenStackPolicy"/>.
    /// </summary>
    public virtual bool CanContinue(DialogContext dc, DialogInstance instance) => true;
}
