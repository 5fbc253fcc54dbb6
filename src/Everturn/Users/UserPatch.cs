using System.Collections.Immutable;
using System.Text.Json;
using Everturn.Conversations;

namespace Everturn.Users;

/// <summary>What one turn changed in a user's state, value by value.</summary>
/// <param name="Life">Which conversation it was: see <see cref="ConversationRecord.Life"/>.</param>
/// <param name="Set">New values.</param>
/// <param name="Removed">Names of values that are gone.</param>
internal sealed record UserPatch(string Life, ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> Set, ImmutableArray<string> Removed)
{
    public bool IsEmpty => Set.IsEmpty && Removed.IsEmpty;

    public static UserPatch Between(string life, StateBytes before, StateBytes after) => new(
        life,
        after.Where(pair => !before.TryGetValue(pair.Key, out var value) || !value.Span.SequenceEqual(pair.Value.Span))
            .ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal),
        [.. before.Keys.Where(name => !after.ContainsKey(name))]);

    public StateBytes ApplyTo(StateBytes state) => state
        .Where(pair => !Removed.Contains(pair.Key, StringComparer.Ordinal) && !Set.ContainsKey(pair.Key))
        .Concat(Set)
        .ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);

    /// <summary>As it stands in a conversation's outbox.</summary>
    public byte[] ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteString("life"u8, Life);
            json.WriteStartObject("set"u8);
            foreach (var (name, value) in Set)
            {
                json.WritePropertyName(name);
                json.WriteRawValue(value.Span, skipInputValidation: true);
            }

            json.WriteEndObject();
            json.WriteStartArray("removed"u8);
            foreach (var name in Removed)
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    public static UserPatch Read(ReadOnlyMemory<byte> json)
    {
        var members = RecordJson.Members(json).ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);
        return new(
            RecordJson.Text(members["life"])!,
            RecordJson.Members(members["set"]).ToImmutableSortedDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal),
            [.. RecordJson.Elements(members["removed"]).Select(name => RecordJson.Text(name)!)]);
    }
}
