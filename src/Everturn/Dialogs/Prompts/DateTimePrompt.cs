using System.Globalization;
using Everturn.Turns;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.Dialogs.Prompts;

/// <summary>
/// Asks for a date, a time of day, or both: in ISO 8601 form, as the culture writes them with a year, as a weekday's name (the next such
/// day after today), or as today, tomorrow or yesterday in Dutch, English, French, German, Italian, Portuguese or Spanish. A
/// date and a time may follow each other. What is today follows from the message's <c>localTimestamp</c>, else from its <c>timestamp</c>, or the
/// node's clock when it has none, in its <c>localTimezone</c>, or in UTC when it names none that is known.
/// </summary>
/// <param name="id">The prompt's id.</param>
/// <param name="validator">Judges answers.</param>
/// <param name="defaultLocale">The culture for messages that name none.</param>
public class DateTimePrompt(string id, PromptValidator<DateTimeResolution>? validator = null, string? defaultLocale = null)
    : Prompt<DateTimeResolution>(id, validator, defaultLocale)
{
    /// <inheritdoc />
    protected override Task<PromptRecognizerResult<DateTimeResolution>> OnRecognizeAsync(
        TurnContext turn, PromptOptions options, CultureInfo culture, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(turn);
        var moment = AnswerOf(turn.Activity) is { } text ? DateTimeReader.Read(text, culture, Today(turn)) : null;
        return Recognized(moment is not null, moment);
    }

    // The message's own time is the same in every run of its turn.
    private static DateOnly Today(TurnContext turn)
    {
        var moment = Parse(turn.Activity.LocalTimestamp) ?? TimeZoneInfo.ConvertTime(
            Parse(turn.Activity.Timestamp) ?? turn.Services.GetRequiredService<TimeProvider>().GetUtcNow(), ZoneOf(turn.Activity.LocalTimezone));
        return DateOnly.FromDateTime(moment.DateTime);
    }

    private static TimeZoneInfo ZoneOf(string? name) =>
        !string.IsNullOrWhiteSpace(name) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;

    private static DateTimeOffset? Parse(string? timestamp) =>
        DateTimeOffset.TryParse(timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) && moment.UtcDateTime.Year is > 1 and < 9999 && moment.Year is > 1 and < 9999
            ? moment : null;
}
