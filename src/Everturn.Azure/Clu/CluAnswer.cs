using System.Text.Json;
using System.Text.Json.Serialization;
using Everturn.Language;

namespace Everturn.Azure.Clu;

/// <summary>An answer of the service: what is read of it.</summary>
internal sealed record CluAnswer(CluResult? Result)
{
    /// <summary>Reads an answer.</summary>
    /// <exception cref="CluException">It is none (ET7006).</exception>
    public static RecognizerResult Read(ReadOnlySpan<byte> body, string text, string? locale, string recognizer, string region)
    {
        CluPrediction? prediction;
        try
        {
            prediction = JsonSerializer.Deserialize(body, CluJson.Default.CluAnswer)?.Result?.Prediction;
        }
        catch (JsonException exception)
        {
            throw Malformed($"it is no JSON of the expected shape: {exception.Message}", exception);
        }

        if (prediction is null) throw Malformed("it has no result.prediction");
        if (prediction.ProjectKind is not "Conversation") throw Malformed($"the project is of the kind '{prediction.ProjectKind}', not Conversation");
        if (string.IsNullOrEmpty(prediction.TopIntent)) throw Malformed("it has no topIntent");
        return new()
        {
            Text = text,
            Locale = locale,
            Recognizer = recognizer,
            Region = region,
            TopIntent = prediction.TopIntent,
            Intents = [.. (prediction.Intents ?? []).OfType<CluIntent>().Select(ToIntent).OrderByDescending(intent => intent.Score)],
            Entities = [.. (prediction.Entities ?? []).OfType<CluEntity>().Select(entity => ToEntity(entity, text)).OrderBy(entity => entity.Offset)],
        };
    }

    public static CluException Malformed(string fault, Exception? inner = null) => new("ET7006", $"its answer cannot be read: {fault}", inner);

    private static RecognizedIntent ToIntent(CluIntent intent) => intent is { Category.Length: > 0, ConfidenceScore: >= 0 and <= 1 }
        ? new(intent.Category, intent.ConfidenceScore)
        : throw Malformed($"an intent is '{intent.Category}' with the score {intent.ConfidenceScore}");

    private static RecognizedEntity ToEntity(CluEntity entity, string text)
    {
        var isPart = entity is { Category.Length: > 0, Offset: >= 0, Length: > 0 } && entity.Offset <= text.Length - entity.Length;
        return isPart
            ? new(entity.Category!, text.Substring(entity.Offset, entity.Length), entity.Offset, entity.Length, Math.Clamp(entity.ConfidenceScore, 0, 1), ResolutionOf(entity))
            : throw Malformed($"an entity '{entity.Category}' has offset {entity.Offset} and length {entity.Length} in a text of {text.Length}");
    }

    private static string? ResolutionOf(CluEntity entity)
    {
        var extra = entity.ExtraInformation ?? [];
        var key = extra.Find(information => information?.ExtraInformationKind == "ListKey") ?? extra.Find(information => information?.ExtraInformationKind == "RegexKey");
        return key is not null ? key.Key ?? key.RegexKey : entity.Resolutions is [{ Value: { } value }, ..] ? value.ToString() : null;
    }
}

internal sealed record CluResult(CluPrediction? Prediction);

internal sealed record CluPrediction(string? TopIntent, string? ProjectKind, List<CluIntent?>? Intents, List<CluEntity?>? Entities);

internal sealed record CluIntent(string? Category, double ConfidenceScore);

internal sealed record CluEntity(
    string? Category, int Offset, int Length, double ConfidenceScore, List<CluResolution?>? Resolutions, List<CluExtraInformation?>? ExtraInformation);

internal sealed record CluResolution(JsonElement? Value);

internal sealed record CluExtraInformation(string? ExtraInformationKind, string? Key, string? RegexKey);

internal sealed record CluErrorBody(CluError? Error);

internal sealed record CluError(string? Code, string? Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CluAnswer))]
[JsonSerializable(typeof(CluErrorBody))]
internal sealed partial class CluJson : JsonSerializerContext;
