using System.Text.Json;
using System.Text.RegularExpressions;

namespace Everturn.Language.Projects;

/// <summary>Reads a CLU project, with its limits. Members that it does not know are left alone: the format grows.</summary>
internal sealed class ProjectReader
{
    // Source: Azure AI Language, "Conversational language understanding limits".
    private const int MostUtterances = 50_000;
    private const int MostIntents = 500;
    private const int MostEntities = 350;
    private const int MostSynonyms = 20_000;
    private const int LongestUtterance = 500;

    private const int LongestName = 100;
    private const int LongestPattern = 1000;
    private const int MostComponents = 100;
    private const int MostSpans = 100;

    private static readonly TimeSpan RegexTimeout = TimeSpan.FromMilliseconds(100);
    private static readonly string[] Components = ["learned", "list", "regex", "prebuilts"];

    private readonly HashSet<string> _intents = new(StringComparer.Ordinal);
    private readonly HashSet<string> _entities = new(StringComparer.Ordinal);
    private string _language = "";
    private StringIndex _index;

    public static LanguageProject Read(JsonElement root, string source)
    {
        var faults = new ProjectFaults(source);
        var project = new ProjectReader().ReadProject(new(root, "$", faults));
        faults.ThrowIfAny();
        return project;
    }

    private LanguageProject ReadProject(ProjectNode root)
    {
        var metadata = root.Object("metadata");
        var assets = root.Object("assets");
        var kind = metadata.Text("projectKind", LongestName);
        if (kind is not ("" or "Conversation")) metadata.Member("projectKind").Fault($"is '{kind}'; only projects of the kind Conversation can be used");
        var name = metadata.Text("projectName", LongestName);
        _language = metadata.Text("language", LongestName);
        var counted = root.TextOr("stringIndexType", LongestName, "Utf16CodeUnit");
        if (StringIndexes.Parse(counted) is { } index) _index = index;
        else root.Member("stringIndexType").Fault($"is '{counted}'; allowed are Utf16CodeUnit, UnicodeCodePoint and TextElements_v8");

        var intents = assets.Items("intents", MostIntents).Select(intent => Unique(intent, _intents)).ToArray();
        if (!intents.Any(intent => intent != RecognizerResult.NoIntent)) assets.Member("intents").Fault("must name at least one intent beside None");
        return new()
        {
            Name = name,
            Language = _language,
            IsMultilingual = metadata.Flag("multilingual"),
            ConfidenceThreshold = metadata.Member("settings").Share("confidenceThreshold"),
            Intents = intents,
            Entities = [.. assets.Items("entities", MostEntities).Select(ReadEntity)],
            Utterances = [.. assets.Items("utterances", MostUtterances).Select(ReadUtterance)],
        };
    }

    private ProjectEntity ReadEntity(ProjectNode node)
    {
        var composition = node.TextOr("compositionSetting", LongestName, "combineComponents");
        if (composition is not ("combineComponents" or "separateComponents"))
        {
            node.Member("compositionSetting").Fault($"is '{composition}'; allowed are combineComponents and separateComponents");
        }

        return new()
        {
            Category = Unique(node, _entities),
            CombinesComponents = composition == "combineComponents",
            List = [.. node.Member("list").Items("sublists", MostSynonyms).Select(ReadListEntry)],
            Regexes = [.. node.Member("regex").Items("expressions", MostComponents).Select(ReadRegex)],
            Prebuilts = [.. node.Items("prebuilts", MostComponents).Select(prebuilt => prebuilt.Text("category", LongestName))],
            RequiredComponents = [.. node.Items("requiredComponents", Components.Length).Select(ReadComponent)],
        };
    }

    private ProjectListEntry ReadListEntry(ProjectNode node)
    {
        var synonyms = from words in node.Items("synonyms", MostSynonyms)
                       let language = words.TextOr("language", LongestName, _language)
                       from word in words.Items("values", MostSynonyms)
                       select new ProjectSynonym(word.AsText(LongestUtterance), language);
        return new(node.Text("listKey", LongestUtterance), [.. synonyms]);
    }

    private ProjectRegex ReadRegex(ProjectNode node)
    {
        var pattern = node.Text("regexPattern", LongestPattern);
        var expression = new Regex("$^", RegexOptions.None, RegexTimeout);
        try
        {
            expression = new(pattern, RegexOptions.CultureInvariant, RegexTimeout);
        }
        catch (ArgumentException exception)
        {
            node.Member("regexPattern").Fault($"is no regular expression: {exception.Message}");
        }

        return new(node.TextOr("regexKey", LongestName, ""), node.TextOr("language", LongestName, _language), expression);
    }

    private static string ReadComponent(ProjectNode node)
    {
        var component = node.AsText(LongestName);
        if (!Components.Contains(component)) node.Fault($"is '{component}'; allowed are {string.Join(", ", Components)}");
        return component;
    }

    private ProjectUtterance ReadUtterance(ProjectNode node)
    {
        var intent = node.Text("intent", LongestName);
        if (intent.Length > 0 && !_intents.Contains(intent)) node.Member("intent").Fault($"'{intent}' is not among the intents");
        var dataset = node.TextOr("dataset", LongestName, "Train");
        if (dataset is not ("Train" or "Test")) node.Member("dataset").Fault($"is '{dataset}'; allowed are Train and Test");
        var text = node.Text("text", LongestUtterance);
        return new()
        {
            Text = text,
            Language = node.TextOr("language", LongestName, _language),
            Intent = intent,
            IsTest = dataset == "Test",
            Entities = ReadSpans(node, text),
        };
    }

    private List<ProjectSpan> ReadSpans(ProjectNode utterance, string text)
    {
        var spans = new List<ProjectSpan>();
        foreach (var node in utterance.Items("entities", MostSpans))
        {
            var category = node.Text("category", LongestName);
            if (category.Length > 0 && !_entities.Contains(category)) node.Member("category").Fault($"'{category}' is not among the entities");
            var (offset, length) = (node.Count("offset"), node.Count("length"));
            if (_index.Locate(text, offset, length) is not { Length: > 0 } place) node.Fault($"offset {offset} and length {length} are no part of '{text}'");
            else if (spans.Exists(other => place.Offset < other.Offset + other.Length && other.Offset < place.Offset + place.Length)) node.Fault("overlaps another entity of this utterance");
            else spans.Add(new(category, place.Offset, place.Length));
        }

        spans.Sort((one, other) => one.Offset.CompareTo(other.Offset));
        return spans;
    }

    private static string Unique(ProjectNode node, HashSet<string> names)
    {
        var name = node.Text("category", LongestName);
        if (name.Length > 0 && !names.Add(name)) node.Member("category").Fault($"'{name}' is there twice");
        return name;
    }
}
