using System.Text.Json;

namespace Everturn.Language.Projects;

/// <summary>
/// Intents, entities and labelled utterances: a project of Azure's conversational language understanding (CLU), as its export gives
/// it and its import takes it.
/// </summary>
/// <remarks>Source: Azure AI Language, "Data formats accepted by conversational language understanding".</remarks>
public sealed record LanguageProject
{
    /// <summary>The largest file that is read, in bytes.</summary>
    public const int MaxFileBytes = 16 * 1024 * 1024;

    /// <summary>The project's name.</summary>
    public required string Name { get; init; }

    /// <summary>The project's own language, such as <c>en-us</c>.</summary>
    public required string Language { get; init; }

    /// <summary>Whether the project is meant for other languages as well.</summary>
    public bool IsMultilingual { get; init; }

    /// <summary>Below which score the intent is <see cref="RecognizerResult.NoIntent"/>; 0 to 1, 0 when the file does not say.</summary>
    public double ConfidenceThreshold { get; init; }

    /// <summary>The intents' names, in the file's order.</summary>
    public required IReadOnlyList<string> Intents { get; init; }

    /// <summary>The entities, in the file's order.</summary>
    public required IReadOnlyList<ProjectEntity> Entities { get; init; }

    /// <summary>The labelled utterances, in the file's order.</summary>
    public required IReadOnlyList<ProjectUtterance> Utterances { get; init; }

    /// <summary>Reads a project file.</summary>
    /// <exception cref="LanguageProjectException">It cannot be read (ET1120), or is no such project (ET1121).</exception>
    public static LanguageProject Load(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        try
        {
            var length = new FileInfo(file).Length;
            return length <= MaxFileBytes
                ? Parse(File.ReadAllBytes(file), file)
                : throw new LanguageProjectException($"ET1120: the intents file '{file}' has {length} bytes; at most {MaxFileBytes} are read.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LanguageProjectException($"ET1120: the intents file '{file}' cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Reads a project from its JSON.</summary>
    /// <param name="json">UTF-8, with a byte order mark or without.</param>
    /// <param name="source">What errors call it.</param>
    /// <exception cref="LanguageProjectException">It is no JSON (ET1120), or no such project (ET1121).</exception>
    public static LanguageProject Parse(ReadOnlyMemory<byte> json, string source = "project")
    {
        try
        {
            ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
            using var document = JsonDocument.Parse(json.Span.StartsWith(mark) ? json[mark.Length..] : json);
            return ProjectReader.Read(document.RootElement, source);
        }
        catch (JsonException exception)
        {
            throw new LanguageProjectException(
                $"ET1120: the intents file '{source}' is no JSON, at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}: {exception.Message}", exception);
        }
    }
}
