namespace Everturn.Language;

/// <summary>What a recognizer made of a text. Plain values, so that it can be kept as JSON.</summary>
public sealed record RecognizerResult
{
    /// <summary>The name of the intent that stands for "none of the others".</summary>
    public const string NoIntent = "None";

    /// <summary>The text that was looked at.</summary>
    public required string Text { get; init; }

    /// <summary>The locale that the recognizer was given; null when none.</summary>
    public string? Locale { get; init; }

    /// <summary>The name of the recognizer that answered. Not the one that was asked, when another took its place.</summary>
    public required string Recognizer { get; init; }

    /// <summary>The region whose service answered; null when it was this process.</summary>
    public string? Region { get; init; }

    /// <summary>What the user wants; <see cref="NoIntent"/> when it is none of the known intents.</summary>
    public required string TopIntent { get; init; }

    /// <summary>All intents with their scores, the best first. Empty for a blank text.</summary>
    public IReadOnlyList<RecognizedIntent> Intents { get; init; } = [];

    /// <summary>What the user named, in the order of the text.</summary>
    public IReadOnlyList<RecognizedEntity> Entities { get; init; } = [];

    /// <summary>The score of <see cref="TopIntent"/>, 0 to 1; 0 when it is not among the intents.</summary>
    public double TopScore => ScoreOf(TopIntent);

    /// <summary>The score of an intent, 0 to 1; 0 when it is not known.</summary>
    public double ScoreOf(string intent)
    {
        foreach (var candidate in Intents)
        {
            if (candidate.Name == intent) return candidate.Score;
        }

        return 0;
    }

    /// <summary>The first entity of a category; null when there is none.</summary>
    public RecognizedEntity? Entity(string category)
    {
        foreach (var entity in Entities)
        {
            if (entity.Category == category) return entity;
        }

        return null;
    }

    /// <summary>The result for a text in which there is nothing to recognize.</summary>
    public static RecognizerResult Nothing(string text, string? locale, string recognizer) =>
        new() { Text = text, Locale = locale, Recognizer = recognizer, TopIntent = NoIntent };
}
