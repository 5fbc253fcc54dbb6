using Everturn.Dialogs.Prompts;
using Everturn.Turns;

namespace Everturn.Dialogs;

/// <summary>A stack of dialogs in a turn, and what can be done with it.</summary>
public class DialogContext
{
    // Stored JSON may nest 64 levels deep; a dialog within a flow takes six of them.
    private const int MaxDepth = 8;

    private readonly int _depth;

    /// <summary>Opens a stack at the bottom of the conversation.</summary>
    /// <param name="dialogs">The dialogs that it may hold.</param>
    /// <param name="turn">The turn.</param>
    /// <param name="state">The stack, which is changed in place.</param>
    public DialogContext(DialogSet dialogs, TurnContext turn, DialogState state)
    {
        ArgumentNullException.ThrowIfNull(dialogs);
        ArgumentNullException.ThrowIfNull(turn);
        ArgumentNullException.ThrowIfNull(state);
        Dialogs = dialogs;
        Context = turn;
        State = state;
    }

    /// <summary>Opens a stack within a dialog of another one.</summary>
    /// <param name="dialogs">The dialogs that it may hold, besides those of the outer ones.</param>
    /// <param name="parent">The stack outside.</param>
    /// <param name="state">The stack, which is changed in place.</param>
    /// <exception cref="InvalidOperationException">Stacks stand within stacks more than eight deep (ET1108).</exception>
    public DialogContext(DialogSet dialogs, DialogContext parent, DialogState state)
        : this(dialogs, (parent ?? throw new ArgumentNullException(nameof(parent))).Context, state)
    {
        Parent = parent;
        _depth = parent._depth + 1;
        if (_depth > MaxDepth)
        {
            throw new InvalidOperationException(
                $"ET1108: dialogs stand within dialogs more than {MaxDepth} deep, below '{parent.ActiveDialog?.Id}'. Look for one that begins itself, or let a dialog end before the next begins.");
        }
    }

    private protected DialogContext(DialogContext same)
        : this(same.Dialogs, same.Context, same.State)
    {
        Parent = same.Parent;
        _depth = same._depth;
    }

    /// <summary>The dialogs that can be begun here; those of the parents can be, too.</summary>
    public DialogSet Dialogs { get; }

    /// <summary>The turn.</summary>
    public TurnContext Context { get; }

    /// <summary>The stack outside this one; null at the bottom.</summary>
    public DialogContext? Parent { get; }

    /// <summary>The dialogs on this stack, the active one first.</summary>
    public IReadOnlyList<DialogInstance> Stack => State.Stack;

    /// <summary>The dialog that gets the next activity, or null.</summary>
    public DialogInstance? ActiveDialog => State.Stack.Count > 0 ? State.Stack[0] : null;

    internal DialogState State { get; }

    /// <summary>Puts a dialog onto the stack and begins it.</summary>
    /// <param name="dialogId">A dialog of this set or of a parent's.</param>
    /// <param name="options">What it is to know; dialogs that keep it, keep it as JSON.</param>
    /// <param name="cancellationToken">Cancelled when the turn is given up.</param>
    /// <exception cref="ArgumentException">There is no such dialog (ET1103).</exception>
    public async Task<DialogTurnResult> BeginDialogAsync(string dialogId, object? options = null, CancellationToken cancellationToken = default)
    {
        var dialog = Require(dialogId);
        State.Stack.Insert(0, new DialogInstance { Id = dialogId });
        return await dialog.BeginDialogAsync(this, options, cancellationToken);
    }

    /// <summary>Begins a prompt.</summary>
    /// <param name="dialogId">The prompt's id.</param>
    /// <param name="options">What to ask.</param>
    /// <param name="cancellationToken">Cancelled when the turn is given up.</param>
    /// <exception cref="ArgumentException">There is no such dialog (ET1103).</exception>
    public Task<DialogTurnResult> PromptAsync(string dialogId, PromptOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return BeginDialogAsync(dialogId, options, cancellationToken);
    }

    /// <summary>Gives the turn's activity to the active dialog; does nothing when there is none.</summary>
    /// <exception cref="BrokenStackException">The stack cannot go on, and the set says that this is an error.</exception>
    public async Task<DialogTurnResult> ContinueDialogAsync(CancellationToken cancellationToken = default)
    {
        if (Parent is null && BrokenDialog() is { } broken)
        {
            if (Dialogs.OnBrokenStack is BrokenStackPolicy.Error)
            {
                throw new BrokenStackException(broken, Dialogs.StateName);
            }

            DialogLog.Of(Context).StackDropped(Context.Conversation.Id, Dialogs.StateName, broken);
            await OpenQuestion.CancelTimersAsync(State, Context);
            State.Stack.Clear();
        }

        if (Parent is null && OpenQuestion.IsForAnother(State, Context))
        {
            return new(DialogTurnStatus.Ignored);
        }

        return ActiveDialog is { } active
            ? await Require(active.Id).ContinueDialogAsync(this, cancellationToken)
            : new(DialogTurnStatus.Empty);
    }

    /// <summary>Ends the active dialog and hands its result to the one below.</summary>
    public async Task<DialogTurnResult> EndDialogAsync(object? result = null, CancellationToken cancellationToken = default)
    {
        await PopAsync(DialogReason.EndCalled, cancellationToken);
        return ActiveDialog is { } below
            ? await Require(below.Id).ResumeDialogAsync(this, DialogReason.EndCalled, result, cancellationToken)
            : new(DialogTurnStatus.Complete, result);
    }

    /// <summary>Ends all dialogs of this stack without a result.</summary>
    /// <param name="cancelParents">Whether the outer stacks are cancelled as well.</param>
    /// <param name="cancellationToken">Cancelled when the turn is given up.</param>
    public async Task<DialogTurnResult> CancelAllDialogsAsync(bool cancelParents = false, CancellationToken cancellationToken = default)
    {
        if (Stack.Count == 0 && Parent is null)
        {
            return new(DialogTurnStatus.Empty);
        }

        for (var dc = this; dc is not null; dc = cancelParents ? dc.Parent : null)
        {
            while (dc.ActiveDialog is not null)
            {
                await dc.PopAsync(DialogReason.CancelCalled, cancellationToken);
            }
        }

        return new(DialogTurnStatus.Cancelled);
    }

    /// <summary>Ends the active dialog and begins another in its place; the one below gets the other's result.</summary>
    /// <exception cref="ArgumentException">There is no such dialog (ET1103).</exception>
    public async Task<DialogTurnResult> ReplaceDialogAsync(string dialogId, object? options = null, CancellationToken cancellationToken = default)
    {
        Require(dialogId);
        await PopAsync(DialogReason.ReplaceCalled, cancellationToken);
        return await BeginDialogAsync(dialogId, options, cancellationToken);
    }

    /// <summary>Has the active dialog ask its question again.</summary>
    public Task RepromptDialogAsync(CancellationToken cancellationToken = default) =>
        ActiveDialog is { } active ? Require(active.Id).RepromptDialogAsync(this, active, cancellationToken) : Task.CompletedTask;

    /// <summary>The dialog of this id, in this set or a parent's; null when there is none.</summary>
    public Dialog? FindDialog(string dialogId) => Dialogs.Find(dialogId) ?? Parent?.FindDialog(dialogId);

    /// <summary>The id of the first dialog of the stack, or of one within, that cannot go on; null when all can.</summary>
    internal string? BrokenDialog() => Stack
        .Select(instance => FindDialog(instance.Id) is not { } dialog ? instance.Id
            : (dialog as ComponentDialog)?.BrokenWithin(this, instance) ?? (dialog.CanContinue(this, instance) ? null : instance.Id))
        .FirstOrDefault(id => id is not null);

    private async Task PopAsync(DialogReason reason, CancellationToken cancellationToken)
    {
        if (ActiveDialog is { } active)
        {
            await Require(active.Id).EndDialogAsync(this, active, reason, cancellationToken);
            State.Stack.Remove(active);
        }
    }

    private Dialog Require(string dialogId)
    {
        ArgumentException.ThrowIfNullOrEmpty(dialogId);
        return FindDialog(dialogId) ?? throw new ArgumentException(
            $"ET1103: there is no dialog '{dialogId}' here; there are {string.Join(", ", Dialogs.Dialogs.Select(dialog => $"'{dialog.Id}'"))} and those of the parents. Add it to the set or the component.",
            nameof(dialogId));
    }
}
