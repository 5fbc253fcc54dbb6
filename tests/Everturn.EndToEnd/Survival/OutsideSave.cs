using System.Text.Json;

namespace Everturn.EndToEnd.Survival;

/// <summary>A write of a node, before it takes effect or after.</summary>
/// <param name="HasEffect">Whether it has taken effect.</param>
/// <param name="Key">The document.</param>
/// <param name="Process">The process that writes.</param>
/// <param name="Content">What is written.</param>
internal sealed record OutsideSave(bool HasEffect, string Key, int Process, ReadOnlyMemory<byte> Content)
{
    /// <summary>The steps whose results a conversation's record holds in its journal.</summary>
    public IReadOnlyList<string> Journal()
    {
        using var document = JsonDocument.Parse(Content);
        return document.RootElement.TryGetProperty("journal", out var journal)
            ? [.. journal.EnumerateArray().Select(entry => entry.GetProperty("name").GetString()!.Split(':')[^1])]
            : [];
    }
}
