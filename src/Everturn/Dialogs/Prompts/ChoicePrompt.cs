using System.Globalization;
using Everturn.Activities;
using Everturn.Turns;

namespace Everturn.Dialogs.Prompts;

/// <summary>
/// Asks for one of the options' choices. An answer is recognised, whatever its case, by the choice's value, by a synonym, or by its
/// number from 1; the message must be that and nothing else.
/// </summary>
/// <param name="id">The prompt's id.</param>
/// <param name="validator">Judges answers.</param>
/// <param name="defaultLocale">The culture for messages that name none.</param>
public class ChoicePrompt(string id, PromptValidator<FoundChoice>? validator = null, string? defaultLocale = null)
    : Prompt<FoundChoice>(id, validator, defaultLocale)
{
    private const CompareOptions Alike = CompareOptions.IgnoreCase | CompareOptions.IgnoreWidth | CompareOptions.IgnoreKanaType;

    /// <summary>How the choices are shown, unless the options say so.</summary>
    public ListStyle Style { get; set; } = ListStyle.Auto;

    /// <inheritdoc />
    protected override Activity? Compose(TurnContext turn, PromptOptions options, CultureInfo culture, bool isRetry)
    {
        ArgumentNullException.ThrowIfNull(options);
        return base.Compose(turn, options, culture, isRetry) is { } message
            ? ChoiceFactory.Show(ActivityJson.Read(ActivityJson.Write(message)), options.Choices ?? [], options.Style ?? Style)
            : null;
    }

    /// <inheritdoc />
    protected override Task<PromptRecognizerResult<FoundChoice>> OnRecognizeAsync(
        TurnContext turn, PromptOptions options, CultureInfo culture, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(turn);
        ArgumentNullException.ThrowIfNull(options);
        var found = AnswerOf(turn.Activity) is { } text ? Find(text.Trim(), options.Choices ?? [], culture) : null;
        return Recognized(found is not null, found);
    }

    private static FoundChoice? Find(string text, List<Choice> choices, CultureInfo culture)
    {
        var at = choices.FindIndex(choice => IsAlike(choice.Value));
        at = at >= 0 ? at : choices.FindIndex(choice => choice.Synonyms?.Exists(IsAlike) is true);
        if (at < 0 && NumberReader.TryRead<int>(text, culture.NumberFormat, out var number) && number >= 1 && number <= choices.Count)
        {
            at = number - 1;
        }

        return at >= 0 ? new(choices[at].Value, at, text) : null;

        bool IsAlike(string word) => culture.CompareInfo.Compare(text, word.Trim(), Alike) == 0;
    }
}
