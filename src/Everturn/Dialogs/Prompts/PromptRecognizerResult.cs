namespace Everturn.Dialogs.Prompts;

/// <summary>What a prompt made of an answer.</summary>
public sealed class PromptRecognizerResult<T>
{
    /// <summary>Whether the answer is of the right kind.</summary>
    public bool Succeeded { get; set; }

    /// <summary>The answer, if it is. A validator may put another in its place.</summary>
    public T? Value { get; set; }
}
