namespace Everturn.Dialogs;

/// <summary>A stack of dialogs as it is stored: <c>{"stack":[{"id":"..","state":{..}}]}</c>.</summary>
public sealed class DialogState
{
    /// <summary>The dialogs, the active one first.</summary>
    public List<DialogInstance> Stack { get; set; } = [];
}
