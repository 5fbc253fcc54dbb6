namespace Everturn.Dialogs;

/// <summary>A dialog on a stack: which one, and what it remembers.</summary>
public sealed class DialogInstance
{
    /// <summary>The dialog's id.</summary>
    public string Id { get; set; } = "";

    /// <summary>What the dialog remembers from turn to turn. The names <c>dialogs</c>, <c>flow</c> and <c>prompt</c> are taken.</summary>
    public DialogValues State { get; set; } = new();
}
