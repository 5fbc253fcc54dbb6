using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Everturn.Activities;

namespace Everturn.Tests.Activities;

public sealed class ActivityJsonTests
{
    /// <summary>One value of a legal kind for each documented member of the root.</summary>
    private const string EveryMember = """
        {
          "type":"message","id":"i","timestamp":"2024-01-01T00:00:00.1234567Z","localTimestamp":"2024-01-01T05:30:00+05:30",
          "localTimezone":"Asia/Kolkata","channelId":"test","serviceUrl":"http://localhost:1/x","from":{"id":"a","name":"b","aadObjectId":"c","role":"user"},
          "recipient":{"id":"bot"},"conversation":{"id":"c","name":"n","isGroup":true,"conversationType":"personal","tenantId":"t","aadObjectId":"o","role":"r","properties":{"p":1}},
          "replyToId":"r","text":"","textFormat":"plain","locale":"en","speak":"","inputHint":"acceptingInput",
          "attachments":[{"contentType":"a/b","contentUrl":"data:,","content":{"x":null},"name":"n","thumbnailUrl":"u"}],"attachmentLayout":"list",
          "summary":"s","suggestedActions":{"to":["a"],"actions":[{"type":"imBack","title":"t","image":"i","imageAltText":"a","text":"x","displayText":"d","value":[1.0],"channelData":{}}]},
          "importance":"low","expiration":"2024-01-01T00:00:00Z","listenFor":["a"],"deliveryMode":"normal","value":1.0,"valueType":"v",
          "name":"n","label":"l","code":"c","action":"add","topicName":"t","historyDisclosed":false,"membersAdded":[{"id":"a"}],
          "membersRemoved":[{"id":"b"}],"reactionsAdded":[{"type":"like"}],"reactionsRemoved":[{"type":"sad"}],
          "relatesTo":{"activityId":"a","user":{"id":"u"},"bot":{"id":"b"},"conversation":{"id":"c"},"channelId":"ch","serviceUrl":"s","locale":"de"},
          "semanticAction":{"id":"i","state":"start","entities":{"e":{"type":"t"}}},"textHighlights":[{"text":"t","occurrence":2}],
          "entities":[{"type":"mention","mentioned":{"id":"a"},"text":"<at>a</at>"}],"channelData":{"tenant":{"id":"t"}},"callerId":"urn:x"
        }
        """;

    [Fact]
    public void Documented_members_are_typed_and_survive_a_round_trip()
    {
        var activity = Read(EveryMember);

        Assert.Null(activity.Properties);
        AssertSame(EveryMember, Write(activity));
        foreach (var property in typeof(Activity).GetProperties().Where(property => property.Name != nameof(Activity.Properties)))
        {
            Assert.True(property.GetValue(activity) is not null, $"{property.Name} was not read from the document that holds every member.");
        }
    }

    [Fact]
    public void Documented_members_of_nested_types_are_typed()
    {
        var activity = Read(EveryMember);

        Assert.Null(activity.From!.Properties);
        Assert.Null(activity.Conversation!.AdditionalProperties);
        Assert.Null(activity.Attachments![0].Properties);
        Assert.Null(activity.SuggestedActions!.Properties);
        Assert.Null(activity.SuggestedActions.Actions![0].Properties);
        Assert.Null(activity.RelatesTo!.Properties);
        Assert.Null(activity.SemanticAction!.Properties);
        Assert.Null(activity.TextHighlights![0].Properties);
        Assert.Null(activity.ReactionsAdded![0].Properties);
        Assert.Equal("""{"id":"a"}""", activity.Entities![0].Properties!["mentioned"].GetRawText());
    }

    [Theory]
    [InlineData("""{"x":1}""")]
    [InlineData("""{"x":null,"y":[null,{"z":null}]}""")]
    [InlineData("""{"Type":"not the type","TEXT":"not the text","properties":{"a":1},"Properties":2}""")]
    [InlineData("""{"from":{"id":"a","x":{"y":[1]},"properties":3,"givenName":null}}""")]
    [InlineData("""{"conversation":{"id":"c","x":1,"additionalProperties":{"y":null},"properties":{"z":1}}}""")]
    [InlineData("""{"attachments":[{"contentType":"a","x":{"y":1}}]}""")]
    [InlineData("""{"suggestedActions":{"x":1,"actions":[{"type":"t","x":2}]}}""")]
    [InlineData("""{"relatesTo":{"x":1,"bot":{"id":"b","y":2},"conversation":{"z":3}}}""")]
    [InlineData("""{"semanticAction":{"id":"i","x":1}}""")]
    [InlineData("""{"textHighlights":[{"text":"t","x":1}]}""")]
    [InlineData("""{"membersAdded":[{"id":"a","x":1}],"reactionsAdded":[{"type":"like","x":1}]}""")]
    [InlineData("""{"entities":[{"x":1},{"type":"GeoCoordinates","latitude":1.50,"longitude":-0.0,"elevation":null}]}""")]
    [InlineData("""{"":1,"$type":"System.Object","$id":"1","$ref":"2","__proto__":{"x":1}}""")]
    public void Unknown_members_survive_at_every_level(string json) => AssertSame(json, RoundTrip(json));

    [Theory]
    [InlineData("1")]
    [InlineData("1.0")]
    [InlineData("-0")]
    [InlineData("-0.0")]
    [InlineData("1e3")]
    [InlineData("1E+3")]
    [InlineData("12345678901234567890123456789012345678901234567890")]
    [InlineData("0.1000000000000000000000000000000000000001")]
    [InlineData("1e400")]
    public void Numbers_keep_their_spelling(string number)
    {
        Assert.Equal(number, Read($$"""{"x":{{number}}}""").Properties!["x"].GetRawText());
        foreach (var template in new[]
        {
            """{"x":#}""", """{"value":#}""", """{"channelData":{"a":[#]}}""", """{"from":{"x":#}}""", """{"attachments":[{"content":{"a":#}}]}""",
        })
        {
            var json = template.Replace("#", number, StringComparison.Ordinal);
            Assert.Equal(json, Encoding.UTF8.GetString(RoundTrip(json)));
        }
    }

    [Theory]
    [InlineData("2024-01-01T00:00:00.1234567+05:30")]
    [InlineData("2024-01-01T00:00:00")]
    [InlineData("2024-01-01")]
    [InlineData("/Date(1704067200000)/")]
    [InlineData("not a date at all")]
    public void Strings_that_look_like_dates_stay_strings(string text)
    {
        var json = $$"""{"timestamp":"{{text}}","localTimestamp":"{{text}}","expiration":"{{text}}","value":"{{text}}","channelData":{"t":"{{text}}"},"x":"{{text}}"}""";

        AssertSame(json, RoundTrip(json));
    }

    [Theory]
    [InlineData("a\\u0000b")]
    [InlineData("\\ud83c\\udf55")]
    [InlineData("🍕 pizza é 漢字 \\u202e")]
    [InlineData("\\\"\\\\\\/\\b\\f\\n\\r\\t")]
    [InlineData("<script>&'+")]
    public void Text_survives_in_typed_and_untyped_members_and_in_names(string text)
    {
        var json = $$"""{"text":"{{text}}","x":"{{text}}","value":{"a":"{{text}}"},"n{{text}}":1}""";

        AssertSame(json, RoundTrip(json));
    }

    [Fact]
    public void Text_is_written_without_needless_escapes()
    {
        const string Json = """{"text":"Größe 漢字 <b>&'+","channelData":{"a":"Größe 漢字 <b>&'+"}}""";

        Assert.Equal(Json, Encoding.UTF8.GetString(RoundTrip(Json)));
    }

    [Theory]
    [InlineData("""{"x":"\ud83c"}""")]
    [InlineData("""{"text":"\udf55"}""")]
    [InlineData("""{"channelData":{"a":["\ud83c x"]}}""")]
    [InlineData("""{"\ud83c":1}""")]
    [InlineData("""{"channelData":{"\udf55\ud83c":1}}""")]
    public void Half_a_surrogate_pair_is_refused(string json) => Assert.ThrowsAny<JsonException>(() => Read(json));

    [Theory]
    [InlineData("x")]
    [InlineData("text")]
    public void Invalid_utf8_is_refused(string member) =>
        Assert.ThrowsAny<JsonException>(() => ActivityJson.Read([.. Encoding.UTF8.GetBytes($$"""{"{{member}}":"a"""), 0xC3, 0x28, .. "\"}"u8]));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"message\"")]
    [InlineData("1")]
    [InlineData("true")]
    [InlineData("{")]
    [InlineData("{}{}")]
    [InlineData("{\"type\":\"message\",}")]
    [InlineData("{/* hello */}")]
    [InlineData("{'type':'message'}")]
    [InlineData("{\"a\":NaN}")]
    [InlineData("\uFEFF{}")]
    public void Text_that_is_not_one_json_object_is_refused(string json) => Assert.ThrowsAny<JsonException>(() => Read(json));

    [Theory]
    [InlineData("""{"type":1}""")]
    [InlineData("""{"text":{}}""")]
    [InlineData("""{"from":"ann"}""")]
    [InlineData("""{"from":[]}""")]
    [InlineData("""{"conversation":5}""")]
    [InlineData("""{"attachments":{}}""")]
    [InlineData("""{"attachments":["x"]}""")]
    [InlineData("""{"entities":[[]]}""")]
    [InlineData("""{"historyDisclosed":"yes"}""")]
    [InlineData("""{"listenFor":[1]}""")]
    [InlineData("""{"textHighlights":[{"occurrence":"1"}]}""")]
    [InlineData("""{"conversation":{"isGroup":0}}""")]
    public void Member_of_another_kind_is_refused(string json) => Assert.ThrowsAny<JsonException>(() => Read(json));

    [Theory]
    [InlineData("""{"membersAdded":[null]}""")]
    [InlineData("""{"membersRemoved":[{"id":"a"},null]}""")]
    [InlineData("""{"reactionsAdded":[null]}""")]
    [InlineData("""{"reactionsRemoved":[null]}""")]
    [InlineData("""{"attachments":[null]}""")]
    [InlineData("""{"entities":[null]}""")]
    [InlineData("""{"textHighlights":[null]}""")]
    [InlineData("""{"listenFor":[null]}""")]
    [InlineData("""{"suggestedActions":{"to":[null]}}""")]
    [InlineData("""{"suggestedActions":{"actions":[null]}}""")]
    public void Null_in_a_list_of_the_protocol_is_refused(string json) => Assert.ThrowsAny<JsonException>(() => Read(json));

    [Theory]
    [InlineData("""{"type":"a","type":"a"}""")]
    [InlineData("""{"x":1,"x":1}""")]
    [InlineData("""{"x":1,"\u0078":1}""")]
    [InlineData("""{"from":{"id":"a","id":"b"}}""")]
    [InlineData("""{"from":{"x":1,"x":2}}""")]
    [InlineData("""{"channelData":{"a":1,"a":2}}""")]
    [InlineData("""{"value":[{"b":{"a":1,"a":2}}]}""")]
    [InlineData("""{"x":{"a":1,"a":2}}""")]
    public void Repeated_member_is_refused(string json) => Assert.ThrowsAny<JsonException>(() => Read(json));

    [Theory]
    [InlineData("channelData")]
    [InlineData("x")]
    public void Nesting_is_read_to_the_limit_and_refused_beyond(string member)
    {
        AssertSame(Nested(ActivityJson.MaxDepth - 1), RoundTrip(Nested(ActivityJson.MaxDepth - 1)));
        Assert.ThrowsAny<JsonException>(() => Read(Nested(ActivityJson.MaxDepth)));
        Assert.ThrowsAny<JsonException>(() => Read(Nested(100_000)));

        string Nested(int depth) => $$"""{"{{member}}":{{new string('[', depth)}}{{new string(']', depth)}}}""";
    }

    [Theory]
    [InlineData("type")]
    [InlineData("text")]
    [InlineData("from")]
    [InlineData("attachments")]
    [InlineData("value")]
    [InlineData("channelData")]
    [InlineData("historyDisclosed")]
    public void Documented_member_that_is_null_reads_as_missing(string member) =>
        Assert.Equal("{}", Encoding.UTF8.GetString(RoundTrip($$"""{"{{member}}":null}""")));

    private static Activity Read(string json) => ActivityJson.Read(Encoding.UTF8.GetBytes(json));

    private static byte[] Write(Activity activity) => ActivityJson.Write(activity);

    private static byte[] RoundTrip(string json) => Write(Read(json));

    private static void AssertSame(string expected, byte[] actual) => Assert.True(
        JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)),
        $"expected {expected}\nactual   {Encoding.UTF8.GetString(actual)}");
}
