using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Everturn.Turns;

namespace Everturn.Dialogs.Prompts;

/// <summary>
/// Asks for a number, written in digits as the culture writes them; the message must be the number and nothing else. A number that a
/// button sends as JSON is read as JSON writes it. What does not fit into <typeparamref name="T"/> is not taken.
/// </summary>
/// <param name="id">The prompt's id.</param>
/// <param name="validator">Judges answers.</param>
/// <param name="defaultLocale">The culture for messages that name none.</param>
/// <typeparam name="T">Any number type of .NET; whole ones take no fractions.</typeparam>
public class NumberPrompt<T>(string id, PromptValidator<T>? validator = null, string? defaultLocale = null) : Prompt<T>(id, validator, defaultLocale)
    where T : struct, INumber<T>
{
    /// <inheritdoc />
    protected override Task<PromptRecognizerResult<T>> OnRecognizeAsync(
        TurnContext turn, PromptOptions options, CultureInfo culture, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(turn);
        ArgumentNullException.ThrowIfNull(culture);
        var isRead = ValueOf(turn.Activity) is { ValueKind: JsonValueKind.Number } json
            ? NumberReader.TryRead(json, out T number)
            : NumberReader.TryRead(AnswerOf(turn.Activity), culture.NumberFormat, out number);
        return Recognized(isRead, number);
    }
}
