namespace Everturn.Dialogs.Prompts;

/// <summary>What a prompt remembers while it waits.</summary>
internal sealed class PromptState
{
    public const string Name = "prompt";

    /// <summary>How many answers were given.</summary>
    public int Attempts { get; set; }

    /// <summary>Tells this question from every other of the conversation; the buttons of its cards send it back.</summary>
    public string Stamp { get; set; } = "";
}
