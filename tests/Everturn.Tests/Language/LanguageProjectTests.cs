using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Everturn.Language.Projects;

namespace Everturn.Tests.Language;

public sealed class LanguageProjectTests
{
    [Fact]
    public void Project_is_read_whole()
    {
        var project = TestProject.Read();

        Assert.Equal("Shop", project.Name);
        Assert.Equal("en-us", project.Language);
        Assert.True(project.IsMultilingual);
        Assert.Equal(0.4, project.ConfidenceThreshold);
        Assert.Equal(["Order", "Cancel", "Greet", "None"], project.Intents);
        Assert.Equal(["Size", "Topping", "Count", "OrderId"], project.Entities.Select(entity => entity.Category));
        Assert.Equal(["large", "very big", "big", "groß", "große"], project.Entities[0].List[0].Synonyms.Select(synonym => synonym.Text));
        Assert.Equal("de", project.Entities[0].List[0].Synonyms[3].Language);
        Assert.Equal("Quantity.Number", Assert.Single(project.Entities[2].Prebuilts));
        Assert.Equal("order", Assert.Single(project.Entities[3].Regexes).Key);
        Assert.Equal(17, project.Utterances.Count);
        Assert.Equal(new ProjectSpan("Topping", 25, 6), Assert.Single(project.Utterances[1].Entities));
        Assert.Equal("en-us", project.Utterances[2].Language);
        Assert.Equal("hello there", Assert.Single(project.Utterances, utterance => utterance.IsTest).Text);
    }

    [Fact]
    public void Byte_order_mark_and_members_of_later_versions_are_taken()
    {
        var project = LanguageProject.Parse(
            (byte[])[0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(TestProject.Json.Replace("\"description\": \"\"", "\"description\": null, \"future\": [1]", StringComparison.Ordinal))]);

        Assert.Equal("Shop", project.Name);
    }

    [Theory]
    [InlineData("Utf16CodeUnit", 11)]
    [InlineData("UnicodeCodePoint", 8)]
    [InlineData("TextElements_v8", 6)]
    [InlineData("TextElement_V8", 6)]
    public void Offsets_are_indexes_of_the_string_whatever_the_file_counts(string counted, int offset)
    {
        var project = TestProject.Read(root =>
        {
            root["stringIndexType"] = counted;
            root["assets"]!["utterances"] = JsonNode.Parse($$"""[ { "text": "👍🏽 e\u0301 👨 ham", "intent": "Order", "entities": [ { "category": "Topping", "offset": {{offset}}, "length": 3 } ] } ]""");
        });

        var utterance = Assert.Single(project.Utterances);
        var span = Assert.Single(utterance.Entities);
        Assert.Equal("ham", utterance.Text.Substring(span.Offset, span.Length));
    }

    [Theory]
    [InlineData("metadata.projectKind", "\"Orchestration\"", "$.metadata.projectKind: is 'Orchestration'")]
    [InlineData("metadata.projectName", "null", "$.metadata.projectName: must be a text")]
    [InlineData("metadata.language", "5", "$.metadata.language: must be a text")]
    [InlineData("metadata.multilingual", "\"yes\"", "$.metadata.multilingual: must be true or false")]
    [InlineData("metadata.settings.confidenceThreshold", "1.5", "$.metadata.settings.confidenceThreshold: must be a number from 0 to 1")]
    [InlineData("stringIndexType", "\"Bytes\"", "$.stringIndexType: is 'Bytes'")]
    [InlineData("assets", "[]", "$.assets: must be an object")]
    [InlineData("assets.intents", "[{\"category\":\"None\"}]", "$.assets.intents: must name at least one intent")]
    [InlineData("assets.intents", "[{\"category\":\"Order\"},{\"category\":\"Order\"}]", "$.assets.intents[1].category: 'Order' is there twice")]
    [InlineData("assets.intents", "{}", "$.assets.intents: must be an array")]
    [InlineData("assets.entities.0.compositionSetting", "\"mix\"", "$.assets.entities[0].compositionSetting: is 'mix'")]
    [InlineData("assets.entities.0.list.sublists.0.listKey", "\"\"", "$.assets.entities[0].list.sublists[0].listKey: must be a text")]
    [InlineData("assets.entities.0.list.sublists.0.synonyms.0.values.1", "7", "$.assets.entities[0].list.sublists[0].synonyms[0].values[1]: must be a text")]
    [InlineData("assets.entities.0.requiredComponents", "[\"taught\"]", "$.assets.entities[0].requiredComponents[0]: is 'taught'")]
    [InlineData("assets.entities.3.regex.expressions.0.regexPattern", "\"([\"", "$.assets.entities[3].regex.expressions[0].regexPattern: is no regular expression")]
    [InlineData("assets.utterances.0.intent", "\"Oder\"", "$.assets.utterances[0].intent: 'Oder' is not among the intents")]
    [InlineData("assets.utterances.0.text", "\"  \"", "$.assets.utterances[0].text: must be a text of 1 to 500 characters")]
    [InlineData("assets.utterances.0.dataset", "\"Dev\"", "$.assets.utterances[0].dataset: is 'Dev'")]
    [InlineData("assets.utterances.0.entities.0.category", "\"Toping\"", "$.assets.utterances[0].entities[0].category: 'Toping' is not among the entities")]
    [InlineData("assets.utterances.0.entities.0.offset", "-1", "$.assets.utterances[0].entities[0].offset: must be a whole number")]
    [InlineData("assets.utterances.0.entities.0.length", "4", "$.assets.utterances[0].entities[0]: offset 13 and length 4 are no part of 'a pizza with ham'")]
    [InlineData("assets.utterances.0.entities.0.length", "0", "$.assets.utterances[0].entities[0]: offset 13 and length 0 are no part")]
    [InlineData("assets.utterances.0.entities.0.length", "2147483647", "$.assets.utterances[0].entities[0]: offset 13 and length 2147483647 are no part")]
    public void Fault_is_named_with_its_place(string place, string value, string expected)
    {
        var exception = Assert.Throws<LanguageProjectException>(() => TestProject.Read(root => Set(root, place, value)));

        Assert.StartsWith("ET1121: the intents file 'shop.json'", exception.Message, StringComparison.Ordinal);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_a_fault()
    {
        var json = TestProject.Json.Replace("a pizza with ham", "\\ud800", StringComparison.Ordinal);

        var exception = Assert.Throws<LanguageProjectException>(() => LanguageProject.Parse(Encoding.UTF8.GetBytes(json)));

        Assert.Contains("$.assets.utterances[0].text: must be a text", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Overlapping_labels_are_a_fault()
    {
        var exception = Assert.Throws<LanguageProjectException>(() => TestProject.Read(root => Set(
            root, "assets.utterances.0.entities", """[{"category":"Topping","offset":2,"length":5},{"category":"Size","offset":6,"length":3}]""")));

        Assert.Contains("$.assets.utterances[0].entities[1]: overlaps another entity", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_are_named_at_once_up_to_twenty()
    {
        var exception = Assert.Throws<LanguageProjectException>(() => TestProject.Read(root =>
        {
            Set(root, "metadata.language", "1");
            root["assets"]!["utterances"] = new JsonArray([.. Enumerable.Range(0, 30).Select(_ => (JsonNode)new JsonObject { ["text"] = "x", ["intent"] = "?" })]);
        }));

        Assert.Contains("$.metadata.language", exception.Message, StringComparison.Ordinal);
        Assert.Contains("$.assets.utterances[18].intent", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("$.assets.utterances[19].intent", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("and 11 more", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is no JSON, at line 1")]
    [InlineData("{\n  \"metadata\": {,\n}", "is no JSON, at line 2, byte")]
    [InlineData("7", "$.metadata: must be an object")]
    [InlineData("[]", "$.assets: must be an object")]
    public void What_is_no_project_is_refused(string json, string expected)
    {
        var exception = Assert.Throws<LanguageProjectException>(() => LanguageProject.Parse(Encoding.UTF8.GetBytes(json)));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_that_is_missing_or_too_large_is_named()
    {
        var missing = Path.Combine(Path.GetTempPath(), "no such folder", "intents.json");
        var file = Path.GetTempFileName();
        try
        {
            using (var large = File.OpenWrite(file)) large.SetLength(LanguageProject.MaxFileBytes + 1);

            Assert.StartsWith($"ET1120: the intents file '{missing}' cannot be read", Assert.Throws<LanguageProjectException>(() => LanguageProject.Load(missing)).Message, StringComparison.Ordinal);
            Assert.Contains($"at most {LanguageProject.MaxFileBytes}", Assert.Throws<LanguageProjectException>(() => LanguageProject.Load(file)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void Set(JsonNode root, string place, string value)
    {
        var names = place.Split('.');
        var parent = names[..^1].Aggregate(root, (node, name) => IsIndex(name) ? node[IndexOf(name)]! : node[name]!);
        if (IsIndex(names[^1])) parent[IndexOf(names[^1])] = JsonNode.Parse(value);
        else parent[names[^1]] = JsonNode.Parse(value);

        static bool IsIndex(string name) => char.IsAsciiDigit(name[0]);

        static int IndexOf(string name) => int.Parse(name, CultureInfo.InvariantCulture);
    }
}
