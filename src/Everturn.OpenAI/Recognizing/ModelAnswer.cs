using System.Text.Json;
using System.Text.Json.Serialization;
using Everturn.Language;
using Everturn.Language.Projects;

namespace Everturn.OpenAI.Recognizing;

/// <summary>What the model answered, which may be anything.</summary>
internal sealed record ModelAnswer(string? Intent, double? Confidence, List<ModelEntity?>? Entities)
{
    /// <summary>Takes what is known to the project and stands in the text, and nothing else.</summary>
    /// <exception cref="RecognizerException">It is no answer (ET7103), or names an intent that there is not (ET7104).</exception>
    public static RecognizerResult Read(string said, string text, string? locale, string recognizer, LanguageProject project)
    {
        var answer = Parse(said);
        if (string.IsNullOrEmpty(answer.Intent)) throw new RecognizerException("ET7103: the model's answer cannot be used: it has no intent.");
        if (answer.Intent != RecognizerResult.NoIntent && !project.Intents.Contains(answer.Intent, StringComparer.Ordinal))
        {
            throw new RecognizerException($"ET7104: the model named the intent '{Shorten(answer.Intent)}', which is not in the project '{project.Name}'.");
        }

        return new()
        {
            Text = text,
            Locale = locale,
            Recognizer = recognizer,
            TopIntent = answer.Intent,
            Intents = [new(answer.Intent, Math.Clamp(answer.Confidence ?? 1, 0, 1))],
            Entities = EntitiesIn(text, answer.Entities ?? [], project),
        };
    }

    // The object may stand between other words or in a fence, whatever the model was told.
    private static ModelAnswer Parse(string said)
    {
        var (begin, end) = (said.IndexOf('{', StringComparison.Ordinal), said.LastIndexOf('}'));
        if (begin < 0 || end < begin) throw new RecognizerException($"ET7103: the model's answer cannot be used: there is no JSON object in '{Shorten(said)}'.");
        try
        {
            return JsonSerializer.Deserialize(said.AsSpan(begin, end - begin + 1), ModelAnswerJson.Default.ModelAnswer)!;
        }
        catch (JsonException exception)
        {
            throw new RecognizerException($"ET7103: the model's answer cannot be used: {exception.Message}", exception);
        }
    }

    // Each at the first place that no other has taken; what is not in the text was made up.
    private static RecognizedEntity[] EntitiesIn(string text, List<ModelEntity?> named, LanguageProject project)
    {
        var found = new List<RecognizedEntity>();
        foreach (var entity in named)
        {
            var known = entity is { Text.Length: > 0 } ? project.Entities.FirstOrDefault(known => known.Category == entity.Category) : null;
            if (known is not null && PlaceOf(entity!.Text!, text, found) is { } offset)
            {
                found.Add(new(known.Category, text.Substring(offset, entity.Text!.Length), offset, entity.Text.Length, 1, KeyOf(known, entity.Text)));
            }
        }

        return [.. found.OrderBy(entity => entity.Offset)];
    }

    private static int? PlaceOf(string words, string text, List<RecognizedEntity> taken)
    {
        for (var at = text.IndexOf(words, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(words, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if (!taken.Exists(other => at < other.Offset + other.Length && other.Offset < at + words.Length)) return at;
        }

        return null;
    }

    private static string? KeyOf(ProjectEntity entity, string words) => entity.List
        .FirstOrDefault(entry => entry.Synonyms.Select(synonym => synonym.Text).Append(entry.Key).Contains(words, StringComparer.OrdinalIgnoreCase))?.Key;

    private static string Shorten(string said) => said.Length <= 100 ? said : said[..100] + "...";
}

internal sealed record ModelEntity(string? Category, string? Text);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(ModelAnswer))]
internal sealed partial class ModelAnswerJson : JsonSerializerContext;
