using System.Globalization;
using Everturn.Activities;
using Everturn.Turns;

namespace Everturn.Dialogs.Prompts;

/// <summary>
/// Asks for one of the options' choices. An answer is recognised, whatever its case and accents, by the choice's value, by a synonym, or,
/// unless a choice is a number itself, by its number from 1; the message must be that and nothing else. One that fits two choices alike is
/// asked again.
/// </summary>
/// <param name="id">The prompt's id.</param>
/// <param name="validator">Judges answers.</param>
/// <param name="defaultLocale">The culture for messages that name none.</param>
public class ChoicePrompt(string id, PromptValidator<FoundChoice>? validator = null, string? defaultLocale = null)
    : Prompt<FoundChoice>(id, validator, defaultLocale)
{
    private const CompareOptions SameLetters = CompareOptions.IgnoreCase | CompareOptions.IgnoreWidth | CompareOptions.IgnoreKanaType;

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

    /// <summary>A question without choices, or with one that shows and says nothing, cannot be answered (ET1118).</summary>
    private protected override void Check(PromptOptions options)
    {
        if (options.Choices is not { Count: > 0 } choices || choices.Exists(choice => string.IsNullOrWhiteSpace(choice?.Value)))
        {
            throw new ArgumentException(
                $"ET1118: the prompt '{Id}' was begun without choices, or with a blank one: '{options.Prompt?.Text}'. Give it at least one, each with a value.",
                nameof(options));
        }
    }

    private static FoundChoice? Find(string text, List<Choice> choices, CultureInfo culture)
    {
        // From the strictest sense of alike to the loosest. Choices that are one and the same need no second question.
        foreach (var isAlike in (Func<string, bool>[])
            [word => word.Trim() == text, word => Words.AreAlike(text, word, culture, SameLetters), word => Words.AreAlike(text, word, culture)])
        {
            foreach (var isFound in (Predicate<Choice>[])[choice => isAlike(choice.Value), choice => choice.Synonyms?.Exists(word => isAlike(word)) is true])
            {
                var found = choices.FindAll(isFound).DistinctBy(choice => choice.Value, StringComparer.Ordinal).ToArray();
                if (found.Length > 0)
                {
                    return found.Length == 1 ? new(found[0].Value, choices.IndexOf(found[0]), text) : null;
                }
            }
        }

        return ChoiceFactory.AreCounted(choices) && NumberReader.TryRead<int>(text, culture.NumberFormat, out var number) && number >= 1 && number <= choices.Count
            ? new(choices[number - 1].Value, number - 1, text)
            : null;
    }
}
