using Everturn.Storage;

namespace Everturn.DirectLine.Transcripts;

/// <summary>A transcript's head as one read or write saw it; without an ETag when there is none in the store.</summary>
internal sealed record StoredTranscript(Transcript Transcript, ETag? ETag)
{
    public static readonly StoredTranscript None = new(Transcript.Empty, null);

    /// <summary>Roughly what it holds in memory.</summary>
    public int Weight => Transcript.EntryBytes + (Transcript.Entries.Length * 128) + (Transcript.Pages.Length * 16) + 512;
}
