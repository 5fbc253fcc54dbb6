using System.Globalization;
using Everturn.Activities;
using Everturn.Turns;

namespace Everturn.Dialogs.Prompts;

/// <summary>
/// Asks for yes or no, with a button for each. Knows the words of Chinese, Danish, Dutch, English, French, German, Italian,
/// Japanese, Norwegian, Polish, Portuguese, Spanish, Swedish and Turkish; in other languages the English ones.
/// </summary>
/// <param name="id">The prompt's id.</param>
/// <param name="validator">Judges answers.</param>
/// <param name="defaultLocale">The culture for messages that name none.</param>
public class ConfirmPrompt(string id, PromptValidator<bool>? validator = null, string? defaultLocale = null)
    : Prompt<bool>(id, validator, defaultLocale)
{
    /// <summary>How yes and no are shown, unless the options say so.</summary>
    public ListStyle Style { get; set; } = ListStyle.Auto;

    /// <inheritdoc />
    protected override Activity? Compose(TurnContext turn, PromptOptions options, CultureInfo culture, bool isRetry)
    {
        ArgumentNullException.ThrowIfNull(options);
        var (yes, no) = YesNoWords.Labels(culture);
        return base.Compose(turn, options, culture, isRetry) is { } message
            ? ChoiceFactory.Show(ActivityJson.Read(ActivityJson.Write(message)), ChoiceFactory.ToChoices(yes, no), options.Style ?? Style)
            : null;
    }

    /// <inheritdoc />
    protected override Task<PromptRecognizerResult<bool>> OnRecognizeAsync(
        TurnContext turn, PromptOptions options, CultureInfo culture, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(turn);
        var answer = YesNoWords.Read(AnswerOf(turn.Activity), culture);
        return Recognized(answer is not null, answer ?? false);
    }
}
