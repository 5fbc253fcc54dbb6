using System.Globalization;
using Everturn.Turns;

namespace Everturn.Dialogs.Prompts;

/// <summary>Asks for a text; takes any that is not blank, as it is.</summary>
/// <param name="id">The prompt's id.</param>
/// <param name="validator">Judges answers.</param>
public class TextPrompt(string id, PromptValidator<string>? validator = null) : Prompt<string>(id, validator)
{
    /// <inheritdoc />
    protected override Task<PromptRecognizerResult<string>> OnRecognizeAsync(
        TurnContext turn, PromptOptions options, CultureInfo culture, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(turn);
        var text = AnswerOf(turn.Activity);
        return Recognized(text is not null, text);
    }
}
