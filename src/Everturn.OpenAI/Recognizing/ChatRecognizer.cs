using Everturn.Hosting;
using Everturn.Language;
using Everturn.Language.Projects;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Everturn.OpenAI.Recognizing;

/// <summary>
/// Has a language model recognize, from the same intents file that the other recognizers take. The model may answer otherwise the next
/// time, so a turn asks it by <see cref="RecognizerTurnExtensions.RecognizeAsync"/>. Its scores are its own word, not a probability. After three
/// failures in a row it is left alone for 15 s, so that users do not wait for it; then one text tries it.
/// </summary>
public sealed class ChatRecognizer : Recognizer, INodePart
{
    private readonly IChatClient _model;
    private readonly LanguageProject _project;
    private readonly ChatRecognizerOptions _options;
    private readonly IRecognizer? _fallback;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ModelCircuit _circuit;
    private readonly ChatMessage _instructions;

    /// <summary>Makes the recognizer.</summary>
    /// <param name="model">The model; it stays the caller's.</param>
    /// <param name="project">The intents.</param>
    /// <param name="options">The settings.</param>
    /// <param name="fallback">Answers when the model does not, or what it answers cannot be used; null for none.</param>
    /// <param name="time">The clock of the time limits; null for the system's.</param>
    /// <param name="logger">Hears of failures.</param>
    /// <exception cref="OptionsValidationException">Settings are wrong (ET7101); all are named.</exception>
    public ChatRecognizer(
        IChatClient model,
        LanguageProject project,
        ChatRecognizerOptions? options = null,
        IRecognizer? fallback = null,
        TimeProvider? time = null,
        ILogger<ChatRecognizer>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(project);
        _model = model;
        _project = project;
        _options = options ?? new();
        _options.ThrowIfInvalid();
        _fallback = fallback;
        _time = time ?? TimeProvider.System;
        _logger = logger ?? NullLogger<ChatRecognizer>.Instance;
        _circuit = new(_time);
        _instructions = new(ChatRole.System, RecognizerPrompt.Of(project, _options.ExamplesPerIntent));
    }

    /// <inheritdoc />
    public override string Name => _options.Name;

    /// <inheritdoc />
    public override bool IsRemote => true;

    /// <summary>Set while the model is left alone: the node serves, by the help of the fallback.</summary>
    public string? Degradation => _circuit.Trouble is { } trouble
        ? $"ET7106: the model of the recognizer {Name} is left alone, and {(_fallback is null ? "nobody" : $"the recognizer {_fallback.Name}")} answers instead. {trouble}"
        : null;

    /// <inheritdoc />
    protected override async ValueTask<RecognizerResult> RecognizeTextAsync(string text, string? locale, CancellationToken cancellationToken)
    {
        try
        {
            return ModelAnswer.Read(await AskAsync(text, cancellationToken), text, locale, Name, _project);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            var failure = exception as RecognizerException ?? new RecognizerException($"ET7103: the model's answer cannot be used: {exception.Message}", exception);
            if (_fallback is null) throw new RecognizerException($"ET7105: the recognizer {Name} got no answer, and has no fallback. {failure.Message}", failure);
            RecognizerLog.FallbackAnswers(_logger, _fallback.Name, Name, failure.Message);
            return await _fallback.RecognizeAsync(text, locale, cancellationToken);
        }
    }

    private async Task<string> AskAsync(string text, CancellationToken cancellationToken)
    {
        if (!_circuit.LetsThrough()) throw new RecognizerException($"ET7106: the model is left alone for a while, because: {_circuit.Trouble}");
        using var patience = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var answer = await _model.GetResponseAsync(
                [_instructions, new(ChatRole.User, text)],
                new() { ResponseFormat = ChatResponseFormat.Json, Temperature = _options.Temperature },
                either.Token);
            if (_circuit.Close()) RecognizerLog.Answers(_logger, Name);
            return answer.FinishReason == ChatFinishReason.ContentFilter
                ? throw new RecognizerException("ET7102: the model did not answer: its filter refused the text.")
                : answer.Text;
        }
        catch (Exception exception) when (exception is not RecognizerException && !cancellationToken.IsCancellationRequested)
        {
            var reason = exception is OperationCanceledException
                ? $"ET7102: the model did not answer within {_options.Timeout.TotalMilliseconds:0} ms."
                : $"ET7102: the model did not answer: {exception.Message}";
            // A text that is refused says nothing of the model.
            if (exception is not ChatCompletionsException { Code: "ET7125" } && _circuit.Break(reason)) RecognizerLog.LeftAlone(_logger, Name, ModelCircuit.BreakDuration, reason);
            throw new RecognizerException(reason, exception);
        }
    }
}
