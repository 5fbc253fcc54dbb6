using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Everturn.Activities;
using FsCheck;
using FsCheck.Fluent;

namespace Everturn.Tests.Activities;

public sealed class ActivityJsonPropertyTests
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Each of these takes an object whose members no type names.
    private static readonly string[] Places =
    [
        "#", """{"from":#}""", """{"conversation":#}""", """{"attachments":[#]}""", """{"attachments":[{"content":#}]}""",
        """{"entities":[{"type":"x"},#]}""", """{"suggestedActions":{"actions":[#]}}""", """{"relatesTo":{"bot":#}}""",
        """{"value":#}""", """{"channelData":#}""", """{"semanticAction":#}""", """{"membersAdded":[#,#]}""",
    ];

    [Fact]
    public void Random_json_survives_a_round_trip_wherever_it_stands() =>
        Prop.ForAll(Arb.From(Objects(3)), json =>
        {
            foreach (var place in Places)
            {
                var document = place.Replace("#", json, StringComparison.Ordinal);
                var written = ActivityJson.Write(ActivityJson.Read(Encoding.UTF8.GetBytes(document)));
                if (Spelling(document) != Spelling(Encoding.UTF8.GetString(written)))
                {
                    throw new InvalidOperationException($"read    {document}\nwritten {Encoding.UTF8.GetString(written)}");
                }
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Random_bytes_are_read_or_refused_with_a_json_exception() =>
        Prop.ForAll(Arb.From(Mutations()), bytes =>
        {
            Activity activity;
            try
            {
                activity = ActivityJson.Read(bytes);
            }
            catch (JsonException)
            {
                return;
            }

            ActivityJson.Read(ActivityJson.Write(activity));
        }).QuickCheckThrowOnFailure();

    /// <summary>The document with its members in order and its numbers as they are spelled.</summary>
    private static string Spelling(string json)
    {
        return Sort(JsonNode.Parse(json))!.ToJsonString(Relaxed);

        static JsonNode? Sort(JsonNode? node) => node switch
        {
            JsonObject map => new JsonObject(map.OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => KeyValuePair.Create(pair.Key, Sort(pair.Value)))),
            JsonArray list => new JsonArray(list.Select(Sort).ToArray()),
            _ => node?.DeepClone(),
        };
    }

    private static Gen<string> Objects(int depth) =>
        from names in Gen.ArrayOf(Names())
        let distinct = names.Distinct(StringComparer.Ordinal).Take(5).ToArray()
        from values in Values(depth).ArrayOf(distinct.Length)
        select "{" + string.Join(',', distinct.Zip(values, (name, value) => $"{JsonSerializer.Serialize(name)}:{value}")) + "}";

    private static Gen<string> Values(int depth) => depth == 0
        ? Scalars()
        : Gen.Frequency(
            (4, Scalars()),
            (1, Objects(depth - 1)),
            (1, from items in Gen.ArrayOf(Values(depth - 1)) select $"[{string.Join(',', items.Take(4))}]"));

    private static Gen<string> Scalars() => Gen.OneOf(
        Gen.Elements("null", "true", "false", "1.0", "1", "1e3", "-0", "1E-7", "123456789012345678901234567890.10"),
        from number in ArbMap.Default.GeneratorFor<decimal>() select number.ToString(CultureInfo.InvariantCulture),
        from text in Texts() select JsonSerializer.Serialize(text),
        from text in Texts() select JsonSerializer.Serialize(text, Relaxed),
        from date in ArbMap.Default.GeneratorFor<DateTimeOffset>() select JsonSerializer.Serialize(date.ToString("O", CultureInfo.InvariantCulture)));

    // An upper-case start, so that no name is one that the protocol gives a kind.
    private static Gen<string> Names() => Gen.OneOf(
        from text in Texts() select "X" + text,
        Gen.Elements("Type", "X", "$type", "", "__proto__", "from ", "Properties", "id2", "日付"));

    private static Gen<string> Texts() =>
        from text in ArbMap.Default.GeneratorFor<string>()
        from extra in Gen.Elements("", "🍕", "é", "\u202e", "\u0000", "2024-01-01T00:00:00.1234567+05:30", "\"\\/<")
        select new string((text ?? "").Where(letter => !char.IsSurrogate(letter)).ToArray()) + extra;

    private static Gen<byte[]> Mutations() =>
        from json in Gen.OneOf(Objects(2), Gen.Elements(
            """{"type":"message","text":"a","from":{"id":"u"},"membersAdded":[{"id":"a"}],"channelData":{"a":"\ud83c\udf55"}}""",
            """{"attachments":[{"content":{"a":[1,null]}}],"entities":[{"type":"x"}],"historyDisclosed":true,"listenFor":["a"]}"""))
        from count in Gen.Choose(0, 4)
        from places in Gen.Choose(0, int.MaxValue - 1).ArrayOf(count)
        from bytes in Gen.OneOf(Gen.Choose(0, 255).Select(value => (byte)value), Gen.Elements("{}[]\",:\\nul0d8"u8.ToArray())).ArrayOf(count)
        select Mutate(Encoding.UTF8.GetBytes(json), places, bytes);

    private static byte[] Mutate(byte[] json, int[] places, byte[] bytes)
    {
        for (var i = 0; i < places.Length; i++)
        {
            json[places[i] % json.Length] = bytes[i];
        }

        return json;
    }
}
