namespace Everturn.DirectLine.Transcripts;

/// <summary>What lies behind a watermark.</summary>
/// <param name="Shown">Activities in the order of their places: where they were said, or where what the reader had seen was changed.</param>
/// <param name="Watermark">The place up to which nothing is missing.</param>
internal sealed record TranscriptReading(IReadOnlyList<ShownEntry> Shown, long Watermark);

/// <summary>An activity at a place of the conversation.</summary>
internal readonly record struct ShownEntry(long Place, TranscriptEntry Entry);
