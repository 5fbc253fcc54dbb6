namespace Everturn.Language.Projects;

/// <summary>Something that a user might say, with what he would want by it.</summary>
public sealed record ProjectUtterance
{
    /// <summary>The words.</summary>
    public required string Text { get; init; }

    /// <summary>Their language, such as <c>en-us</c>.</summary>
    public required string Language { get; init; }

    /// <summary>The intent.</summary>
    public required string Intent { get; init; }

    /// <summary>Whether it is kept back to measure with (dataset <c>Test</c>), and not trained with.</summary>
    public bool IsTest { get; init; }

    /// <summary>The labelled spans, in the order of the text; they do not overlap.</summary>
    public IReadOnlyList<ProjectSpan> Entities { get; init; } = [];
}

/// <summary>A labelled part of an utterance.</summary>
/// <param name="Category">The entity.</param>
/// <param name="Offset">Where it begins, in UTF-16 characters, whatever the file counted in.</param>
/// <param name="Length">How long it is, in UTF-16 characters.</param>
public sealed record ProjectSpan(string Category, int Offset, int Length);
