using System.Globalization;
using System.Text;
using System.Text.Json;
using Everturn.Language;
using Everturn.Language.Projects;
using Everturn.OpenAI.Wire;

namespace Everturn.OpenAI.Recognizing;

/// <summary>Reads what the model answered, which may be anything.</summary>
internal static class ModelAnswer
{
    // Where an object may begin. A model that thinks aloud in code is not worth more.
    private const int MostTries = 1000;

    /// <summary>Takes what is known to the project and stands in the text, and nothing else.</summary>
    /// <exception cref="RecognizerException">It is no answer (ET7103), or names an intent that there is not (ET7104).</exception>
    public static RecognizerResult Read(string said, string text, string? locale, string recognizer, LanguageProject project)
    {
        var answer = Find(said);
        var named = Member(answer, "intent")!.Value.Text()!;
        var intent = Known(named, project.Intents.Append(RecognizerResult.NoIntent))
            ?? throw new RecognizerException($"ET7104: the model named the intent '{Shorten(named)}', which is not in the project '{project.Name}'.");
        return new()
        {
            Text = text,
            Locale = locale,
            Recognizer = recognizer,
            TopIntent = intent,
            Intents = [new(intent, Math.Clamp(ConfidenceOf(answer) ?? 1, 0, 1))],
            Entities = EntitiesIn(text, Member(answer, "entities")?.Items() ?? [], project),
        };
    }

    // The object may stand between other words, or in a fence, or within another one, whatever the model was told. What it says last is what it
    // has come to.
    private static JsonElement Find(string said)
    {
        var bytes = Encoding.UTF8.GetBytes(said).AsMemory();
        JsonElement? found = null;
        var fault = $"there is no JSON object in '{Shorten(said)}'";
        for (var tries = 0; tries < MostTries && bytes.Span.IndexOf((byte)'{') is var begin and >= 0; tries++)
        {
            bytes = bytes[begin..];
            var reader = new Utf8JsonReader(bytes.Span);
            var length = 1;
            try
            {
                var candidate = JsonElement.ParseValue(ref reader);
                if (Member(candidate, "intent")?.Text() is { Length: > 0 })
                {
                    found = candidate;
                    length = (int)reader.BytesConsumed;
                }
                else
                {
                    fault = "it has no intent";
                }
            }
            catch (Exception exception) when (exception is JsonException or InvalidOperationException)
            {
                // A brace of other words, or names that are no text.
            }

            bytes = bytes[length..];
        }

        return found ?? throw new RecognizerException($"ET7103: the model's answer cannot be used: {fault}.");
    }

    private static JsonElement? Member(JsonElement json, string name)
    {
        if (json.ValueKind is not JsonValueKind.Object) return null;
        var named = json.EnumerateObject().FirstOrDefault(member => member.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return named.Value is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } value ? value : null;
    }

    private static string? Known(string name, IEnumerable<string> names)
    {
        string[] alike = [.. names.Where(known => known.Equals(name, StringComparison.OrdinalIgnoreCase)).Distinct(StringComparer.Ordinal)];
        return alike.Contains(name, StringComparer.Ordinal) ? name : alike is [var only] ? only : null;
    }

    private static double? ConfidenceOf(JsonElement answer) =>
        double.TryParse(Member(answer, "confidence")?.TextOrNumber(), NumberStyles.Float, CultureInfo.InvariantCulture, out var confidence) && double.IsFinite(confidence) ? confidence : null;

    // Each at the best place that no other has taken; what is not in the text was made up.
    private static RecognizedEntity[] EntitiesIn(string text, IEnumerable<JsonElement> named, LanguageProject project)
    {
        var found = new List<RecognizedEntity>();
        foreach (var entity in named)
        {
            var words = Member(entity, "text")?.TextOrNumber();
            var category = Known(Member(entity, "category")?.Text() ?? "", project.Entities.Select(known => known.Category));
            if (!string.IsNullOrEmpty(words) && category is not null && PlaceOf(words, text, found) is { } offset)
            {
                var known = project.Entities.First(known => known.Category == category);
                found.Add(new(category, text.Substring(offset, words.Length), offset, words.Length, 1, KeyOf(known, words)));
            }
        }

        return [.. found.OrderBy(entity => entity.Offset)];
    }

    // The first where the words stand alone, else the first: scripts without spaces have all words within others.
    private static int? PlaceOf(string words, string text, List<RecognizedEntity> taken)
    {
        int? first = null;
        for (var at = text.IndexOf(words, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(words, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if (taken.Exists(other => at < other.Offset + other.Length && other.Offset < at + words.Length)) continue;
            if (!IsPartOfWord(at - 1) && !IsPartOfWord(at + words.Length)) return at;
            first ??= at;
        }

        return first;

        bool IsPartOfWord(int at) => at >= 0 && at < text.Length && char.IsLetterOrDigit(text[at]);
    }

    private static string? KeyOf(ProjectEntity entity, string words) => entity.List
        .FirstOrDefault(entry => entry.Synonyms.Select(synonym => synonym.Text).Append(entry.Key).Contains(words, StringComparer.OrdinalIgnoreCase))?.Key;

    private static string Shorten(string said) => said.Length <= 100 ? said : said[..100] + "...";
}
