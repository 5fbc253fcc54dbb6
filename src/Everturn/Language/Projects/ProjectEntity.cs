using System.Text.RegularExpressions;

namespace Everturn.Language.Projects;

/// <summary>An entity and the components by which it is found.</summary>
public sealed record ProjectEntity
{
    /// <summary>The entity's name.</summary>
    public required string Category { get; init; }

    /// <summary>Whether overlapping finds of several components make one entity; otherwise each stands for itself.</summary>
    public bool CombinesComponents { get; init; } = true;

    /// <summary>The list of known words; empty without one.</summary>
    public IReadOnlyList<ProjectListEntry> List { get; init; } = [];

    /// <summary>The regular expressions; empty without any.</summary>
    public IReadOnlyList<ProjectRegex> Regexes { get; init; } = [];

    /// <summary>The names of the service's own components, such as <c>Quantity.Number</c>.</summary>
    public IReadOnlyList<string> Prebuilts { get; init; } = [];

    /// <summary>Components that must all have found the entity: <c>learned</c>, <c>list</c>, <c>regex</c>, <c>prebuilts</c>.</summary>
    public IReadOnlyList<string> RequiredComponents { get; init; } = [];
}

/// <summary>One thing of a list, with the words for it.</summary>
/// <param name="Key">The name that all its words resolve to.</param>
/// <param name="Synonyms">The words, in all languages.</param>
public sealed record ProjectListEntry(string Key, IReadOnlyList<ProjectSynonym> Synonyms);

/// <summary>A word for a thing of a list.</summary>
/// <param name="Text">The word or words.</param>
/// <param name="Language">Their language.</param>
public sealed record ProjectSynonym(string Text, string Language);

/// <summary>A regular expression that finds an entity.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Language">The language for which it is meant.</param>
/// <param name="Expression">The expression itself.</param>
public sealed record ProjectRegex(string Key, string Language, Regex Expression);
