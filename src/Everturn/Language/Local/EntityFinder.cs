using Everturn.Language.Projects;

namespace Everturn.Language.Local;

/// <summary>Finds the entities of a text by all components, and joins what they have found.</summary>
internal sealed class EntityFinder(LanguageProject project, IReadOnlyList<(ProjectUtterance Utterance, IReadOnlyList<Token> Tokens)> examples)
{
    private readonly Dictionary<string, ListComponent> _lists = project.Entities.Where(entity => entity.List.Count > 0)
        .ToDictionary(entity => entity.Category, entity => new ListComponent(entity.List), StringComparer.Ordinal);

    private readonly SpanTagger _tagger = new(examples);

    /// <summary>The categories that words, expressions and numbers alone show to be there: they tell of the intent.</summary>
    public IEnumerable<string> CategoriesIn(string text, IReadOnlyList<Token> tokens, string? locale) =>
        project.Entities.Where(entity => GivenFinds(entity, text, tokens, locale).Any()).Select(entity => entity.Category);

    /// <summary>The entities that labelled utterances have taught.</summary>
    public IReadOnlyList<LearnedSpan> LearnedIn(string text, IReadOnlyList<Token> tokens) => [.. _tagger.FindIn(text, tokens)];

    /// <summary>All entities, in the order of the text.</summary>
    public IReadOnlyList<RecognizedEntity> FindIn(string text, IReadOnlyList<Token> tokens, IReadOnlyList<LearnedSpan> learned, string? locale)
    {
        var entities = from entity in project.Entities
                       let own = learned.Where(found => found.Span.Category == entity.Category)
                       let finds = GivenFinds(entity, text, tokens, locale).Concat(own.Select(ToFind))
                       from found in Join(entity, finds)
                       select new RecognizedEntity(entity.Category, text.Substring(found.Offset, found.Length), found.Offset, found.Length, found.Confidence, found.Resolution);
        return [.. entities.OrderBy(entity => entity.Offset)];
    }

    private IEnumerable<Find> GivenFinds(ProjectEntity entity, string text, IReadOnlyList<Token> tokens, string? locale)
    {
        var listed = _lists.TryGetValue(entity.Category, out var list) ? list.FindIn(tokens) : [];
        var numbers = entity.Prebuilts.Contains(NumberComponent.Prebuilt, StringComparer.Ordinal) ? NumberComponent.FindIn(text, locale, project.Language) : [];
        return listed.Concat(RegexComponent.FindIn(text, entity.Regexes)).Concat(numbers);
    }

    private static Find ToFind(LearnedSpan found) => new("learned", found.Span.Offset, found.Span.Length, found.Confidence, Resolution: null);

    // As the service does it: combined finds that overlap are one entity, and required components must have part in it.
    private static IEnumerable<Find> Join(ProjectEntity entity, IEnumerable<Find> finds)
    {
        var joined = new List<(Find Find, List<string> Components)>();
        foreach (var find in finds.OrderBy(find => find.Offset).ThenByDescending(find => find.Length))
        {
            if (entity.CombinesComponents && joined.Count > 0 && joined[^1].Find is var last && find.Offset < last.End)
            {
                joined[^1] = (Union(last, find), joined[^1].Components);
                joined[^1].Components.Add(find.Component);
            }
            else
            {
                joined.Add((find, [find.Component]));
            }
        }

        return joined.Where(found => entity.RequiredComponents.All(required => found.Components.Contains(required, StringComparer.Ordinal))).Select(found => found.Find);
    }

    private static Find Union(Find one, Find other) => one with
    {
        Length = Math.Max(one.End, other.End) - one.Offset,
        Confidence = Math.Max(one.Confidence, other.Confidence),
        Resolution = one.Resolution ?? other.Resolution,
    };
}
