using System.Globalization;
using System.Text.Json;
using Everturn.Activities;
using Everturn.Turns;

namespace Everturn.Dialogs.Prompts;

/// <summary>A dialog that asks one question, again and again until the answer is of the right kind, and returns it.</summary>
/// <typeparam name="T">What it returns.</typeparam>
public abstract class Prompt<T> : Dialog
{
    private const string OptionsName = "options";

    private readonly PromptValidator<T>? _validator;

    /// <summary>Makes a prompt.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="validator">Judges answers; null takes all that are of the right kind.</param>
    /// <param name="defaultLocale">The culture, such as <c>de-DE</c>, for messages that name none. Default: <c>en-US</c>.</param>
    protected Prompt(string id, PromptValidator<T>? validator = null, string? defaultLocale = null)
        : base(id)
    {
        _validator = validator;
        DefaultLocale = defaultLocale;
    }

    /// <summary>The culture for messages that name none.</summary>
    public string? DefaultLocale { get; }

    /// <inheritdoc />
    public sealed override async Task<DialogTurnResult> BeginDialogAsync(
        DialogContext dc, object? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dc);
        if (options is not PromptOptions asked)
        {
            throw new ArgumentException($"ET1107: the prompt '{Id}' was begun without PromptOptions. Begin it with PromptAsync.", nameof(options));
        }

        var state = dc.ActiveDialog!.State;
        state.Set(OptionsName, asked);
        state.Set(PromptState.Name, await AskAsync(dc.Context, asked, cancellationToken));
        return EndOfTurn;
    }

    /// <summary>Judges the answer. Activities that are no messages change nothing.</summary>
    public sealed override async Task<DialogTurnResult> ContinueDialogAsync(DialogContext dc, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dc);
        var (options, state) = Kept(dc.ActiveDialog!);
        return await JudgeAsync(dc.Context, state, options, cancellationToken) is { } answer
            ? await dc.EndDialogAsync(answer.Value, cancellationToken)
            : EndOfTurn;
    }

    /// <summary>A dialog that was put above the prompt has ended: the question is asked again.</summary>
    public sealed override async Task<DialogTurnResult> ResumeDialogAsync(
        DialogContext dc, DialogReason reason, object? result = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dc);
        await RepromptDialogAsync(dc, dc.ActiveDialog!, cancellationToken);
        return EndOfTurn;
    }

    /// <inheritdoc />
    public sealed override Task RepromptDialogAsync(DialogContext dc, DialogInstance instance, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dc);
        var (options, state) = Kept(instance);
        return ShowAsync(dc.Context, state, options, isRetry: false, cancellationToken);
    }

    /// <inheritdoc />
    public sealed override bool CanContinue(DialogContext dc, DialogInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return instance.State.Has(OptionsName) && instance.State.Has(PromptState.Name);
    }

    /// <summary>Asks for the first time.</summary>
    internal async Task<PromptState> AskAsync(TurnContext turn, PromptOptions options, CancellationToken cancellationToken)
    {
        Check(options);
        var state = new PromptState { Stamp = string.Create(CultureInfo.InvariantCulture, $"{turn.Revision}.{turn.Replies.Count}") };
        await ShowAsync(turn, state, options, isRetry: false, cancellationToken);
        return state;
    }

    /// <summary>The answer, when the turn's activity is a good one; null when not, and the question was then asked again.</summary>
    internal async Task<PromptRecognizerResult<T>?> JudgeAsync(
        TurnContext turn, PromptState state, PromptOptions options, CancellationToken cancellationToken)
    {
        if (turn.Activity.Type != ActivityTypes.Message)
        {
            return null;
        }

        var recognized = await OnRecognizeAsync(turn, options, CultureOf(turn), cancellationToken);
        state.Attempts++;
        var saidBefore = turn.Replies.Count;
        var isValid = _validator is null
            ? recognized.Succeeded
            : await _validator(new PromptValidatorContext<T>(turn, recognized, options, state.Attempts), cancellationToken);
        if (isValid)
        {
            return recognized;
        }

        if (turn.Replies.Count == saidBefore)
        {
            await ShowAsync(turn, state, options, isRetry: true, cancellationToken);
        }

        return null;
    }

    /// <summary>Asks, for the first time or again.</summary>
    internal async Task ShowAsync(TurnContext turn, PromptState state, PromptOptions options, bool isRetry, CancellationToken cancellationToken)
    {
        if (Compose(turn, options, CultureOf(turn), isRetry) is { } message)
        {
            var question = PromptStamp.Copy(message, state.Stamp, turn.Activity.ChannelId);
            question.InputHint ??= "expectingInput";
            await turn.SendActivityAsync(question, cancellationToken);
        }
    }

    /// <summary>Reads the user's message.</summary>
    protected abstract Task<PromptRecognizerResult<T>> OnRecognizeAsync(
        TurnContext turn, PromptOptions options, CultureInfo culture, CancellationToken cancellationToken);

    /// <summary>The message that asks; null says nothing. A copy of it is sent.</summary>
    protected virtual Activity? Compose(TurnContext turn, PromptOptions options, CultureInfo culture, bool isRetry)
    {
        ArgumentNullException.ThrowIfNull(options);
        return isRetry ? options.RetryPrompt ?? options.Prompt : options.Prompt;
    }

    /// <summary>
    /// The words of an answer: the message's text, or what a button sent without any: a string, number or boolean, or the
    /// member <c>answer</c> of an object. Null when there are none.
    /// </summary>
    protected static string? AnswerOf(Activity activity)
    {
        ArgumentNullException.ThrowIfNull(activity);
        var words = ValueOf(activity) is not { } value ? activity.Text : value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            _ => null,
        };
        return string.IsNullOrWhiteSpace(words) ? null : words;
    }

    /// <summary>What a button sent without text; null when there is text, which then is the answer, or nothing.</summary>
    private protected static JsonElement? ValueOf(Activity activity) =>
        !string.IsNullOrWhiteSpace(activity.Text) || activity.Value is not { } value ? null
        : value.ValueKind is JsonValueKind.Object && value.TryGetProperty(PromptStamp.Answer, out var answer) ? answer
        : value;

    /// <summary>Throws when the question cannot be answered.</summary>
    private protected virtual void Check(PromptOptions options)
    {
    }

    private protected static Task<PromptRecognizerResult<T>> Recognized(bool succeeded, T? value) =>
        Task.FromResult(new PromptRecognizerResult<T> { Succeeded = succeeded, Value = value });

    private static (PromptOptions Options, PromptState State) Kept(DialogInstance instance) => (
        instance.State.GetOrCreate(OptionsName, () => new PromptOptions()),
        instance.State.GetOrCreate(PromptState.Name, () => new PromptState()));

    private CultureInfo CultureOf(TurnContext turn) => PromptCulture.Of(turn.Activity.Locale, DefaultLocale);
}
