using System.Text.Json;

namespace Everturn.Testing.Bots;

/// <summary>The first place at which two JSON values differ, in words.</summary>
internal static class JsonDifference
{
    private const int Longest = 200;

    /// <summary>Null when they are the same.</summary>
    /// <param name="what">What is compared.</param>
    /// <param name="first">UTF-8 JSON; null or empty when there is none.</param>
    /// <param name="second">UTF-8 JSON; null or empty when there is none.</param>
    public static string? Between(string what, ReadOnlyMemory<byte>? first, ReadOnlyMemory<byte>? second) =>
        Between(what, Parse(first), Parse(second));

    private static string? Between(string path, JsonElement? first, JsonElement? second) => (first, second) switch
    {
        ({ ValueKind: JsonValueKind.Object } one, { ValueKind: JsonValueKind.Object } other) => Names(one).Union(Names(other), StringComparer.Ordinal)
            .Select(name => Between($"{path}, {name}", Member(one, name), Member(other, name))).FirstOrDefault(difference => difference is not null),
        ({ ValueKind: JsonValueKind.Array } one, { ValueKind: JsonValueKind.Array } other) => Enumerable.Range(0, Math.Max(one.GetArrayLength(), other.GetArrayLength()))
            .Select(at => Between($"{path}[{at}]", Element(one, at), Element(other, at))).FirstOrDefault(difference => difference is not null),
        ({ } one, { } other) when JsonElement.DeepEquals(one, other) => null,
        (null, null) => null,
        _ => $"{path}: {Show(first)} in the first run, {Show(second)} in the second",
    };

    private static JsonElement? Parse(ReadOnlyMemory<byte>? json) =>
        json is { IsEmpty: false } bytes ? JsonSerializer.Deserialize<JsonElement>(bytes.Span) : null;

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(member => member.Name);

    private static JsonElement? Member(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value : null;

    private static JsonElement? Element(JsonElement element, int at) => at < element.GetArrayLength() ? element[at] : null;

    private static string Show(JsonElement? element)
    {
        var text = element?.GetRawText() ?? "nothing";
        return text.Length <= Longest ? text : $"{text[..Longest]}...";
    }
}
