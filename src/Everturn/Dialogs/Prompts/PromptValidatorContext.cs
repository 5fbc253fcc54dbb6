using Everturn.Turns;

namespace Everturn.Dialogs.Prompts;

/// <summary>An answer to be judged.</summary>
public sealed class PromptValidatorContext<T>
{
    internal PromptValidatorContext(TurnContext turn, PromptRecognizerResult<T> recognized, PromptOptions options, int attemptCount)
    {
        Context = turn;
        Recognized = recognized;
        Options = options;
        AttemptCount = attemptCount;
    }

    /// <summary>The turn. A validator that says something itself keeps the retry prompt from being sent.</summary>
    public TurnContext Context { get; }

    /// <summary>What the prompt made of the answer; it may not have succeeded.</summary>
    public PromptRecognizerResult<T> Recognized { get; }

    /// <summary>What was asked.</summary>
    public PromptOptions Options { get; }

    /// <summary>How many answers have been given to this prompt, this one included.</summary>
    public int AttemptCount { get; }
}
