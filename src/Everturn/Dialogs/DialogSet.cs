using System.Diagnostics.CodeAnalysis;
using Everturn.Turns;

namespace Everturn.Dialogs;

/// <summary>Dialogs that know each other by id, and the name under which a conversation keeps their stack.</summary>
/// <param name="stateName">The name in the conversation's state. Sets that run side by side need different ones.</param>
[SuppressMessage("Naming", "CA1710", Justification = "The name that Bot Framework gave it.")]
public sealed class DialogSet(string stateName = DialogSet.DefaultStateName)
{
    /// <summary>The name in the conversation's state unless another is given.</summary>
    public const string DefaultStateName = "dialogs";

    private readonly Dictionary<string, Dialog> _dialogs = new(StringComparer.Ordinal);

    /// <summary>What happens when a stored stack cannot go on. Default: restart.</summary>
    public BrokenStackPolicy OnBrokenStack { get; set; }

    /// <summary>The name in the conversation's state.</summary>
    public string StateName { get; } = stateName;

    /// <summary>The dialogs.</summary>
    public IReadOnlyCollection<Dialog> Dialogs => _dialogs.Values;

    /// <summary>Adds a dialog.</summary>
    /// <exception cref="ArgumentException">Another dialog of the set has that id (ET1102).</exception>
    public DialogSet Add(Dialog dialog)
    {
        ArgumentNullException.ThrowIfNull(dialog);
        if (!_dialogs.TryAdd(dialog.Id, dialog) && _dialogs[dialog.Id] != dialog)
        {
            throw new ArgumentException($"ET1102: two dialogs of one set have the id '{dialog.Id}'. Give each its own.", nameof(dialog));
        }

        return this;
    }

    /// <summary>The dialog of this id, or null.</summary>
    public Dialog? Find(string dialogId) => _dialogs.GetValueOrDefault(dialogId);

    /// <summary>Opens the conversation's stack for this turn.</summary>
    public DialogContext CreateContext(TurnContext turn)
    {
        ArgumentNullException.ThrowIfNull(turn);
        return new(this, turn, turn.ConversationState.GetOrCreate(StateName, () => new DialogState()));
    }
}
