using Everturn.Language.Projects;

namespace Everturn.Language.Local;

/// <summary>
/// A recognizer within the process: trained from the project's utterances when it is made, and the same on every node that has the same
/// file. Needs no network and keeps nothing but its weights.
/// </summary>
/// <remarks>docs/language.md says how it works and how accurate it is.</remarks>
public sealed class LocalRecognizer : Recognizer
{
    private readonly LocalRecognizerOptions _options;
    private readonly IReadOnlyList<string> _intents;
    private readonly double _threshold;
    private readonly EntityFinder _entities;
    private readonly IntentClassifier _classifier;

    /// <summary>Trains the recognizer from the project's utterances, but for those of the dataset Test.</summary>
    /// <exception cref="LanguageProjectException">There is no utterance to train with (ET1122), the threshold is out of its range (ET1123), or the project is too large (ET1124).</exception>
    public LocalRecognizer(LanguageProject project, LocalRecognizerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(project);
        _options = options ?? new();
        _threshold = _options.ConfidenceThreshold ?? project.ConfidenceThreshold;
        if (!(_threshold is >= 0 and <= 1)) throw new LanguageProjectException($"ET1123: the local recognizer's ConfidenceThreshold is {_threshold}; it must be from 0 to 1.");

        (ProjectUtterance Utterance, IReadOnlyList<Token> Tokens)[] examples = [.. from utterance in project.Utterances
                                                                                    where !utterance.IsTest
                                                                                    select (utterance, (IReadOnlyList<Token>)Tokenizer.Tokenize(utterance.Text))];
        if (examples.Length == 0) throw new LanguageProjectException($"ET1122: the project '{project.Name}' has no utterances of the dataset Train, so nothing can be learned from it.");
        _entities = new(project, examples);
        _intents = project.Intents;
        FeatureSet[] texts = [.. examples.Select(example => FeaturesOf(example.Utterance.Text, example.Tokens, example.Utterance.Entities, example.Utterance.Language))];
        var numbers = _intents.Select((intent, number) => (intent, number)).ToDictionary(pair => pair.intent, pair => pair.number, StringComparer.Ordinal);
        _classifier = new(texts, [.. examples.Select(example => numbers[example.Utterance.Intent])], _intents.Count);
    }

    /// <inheritdoc />
    public override string Name => _options.Name;

    /// <inheritdoc />
    public override bool IsRemote => false;

    /// <inheritdoc />
    protected override ValueTask<RecognizerResult> RecognizeTextAsync(string text, string? locale, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var tokens = Tokenizer.Tokenize(text);
        var learned = _entities.LearnedIn(text, tokens);
        var probabilities = _classifier.Probabilities(FeaturesOf(text, tokens, [.. learned.Select(found => found.Span)], locale));
        RecognizedIntent[] intents = [.. _intents.Select((intent, number) => new RecognizedIntent(intent, probabilities[number])).OrderByDescending(intent => intent.Score)];
        return new(new RecognizerResult
        {
            Text = text,
            Locale = locale,
            Recognizer = Name,
            TopIntent = intents[0].Score >= _threshold ? intents[0].Name : RecognizerResult.NoIntent,
            Intents = intents,
            Entities = _entities.FindIn(text, tokens, learned, locale),
        });
    }

    private FeatureSet FeaturesOf(string text, IReadOnlyList<Token> tokens, IReadOnlyList<ProjectSpan> spans, string? locale) =>
        IntentFeatures.Of(tokens, spans, _entities.CategoriesIn(text, tokens, locale));
}
