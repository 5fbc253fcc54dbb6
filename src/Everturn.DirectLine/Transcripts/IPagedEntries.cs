using System.Collections.Immutable;

namespace Everturn.DirectLine.Transcripts;

/// <summary>The activities of one conversation that have moved to pages.</summary>
internal interface IPagedEntries
{
    /// <summary>Finds one, and the page that holds it; null when no page does.</summary>
    /// <exception cref="StoreUnavailableException">The store failed, or a page was dropped since its head was read.</exception>
    Task<(PageRange Page, TranscriptEntry Entry)?> FindAsync(ImmutableArray<PageRange> pages, ChangedActivity target);

    /// <summary>Puts a changed one in the place of what is there, unless that was changed later.</summary>
    /// <exception cref="StoreUnavailableException">The store failed; the change may or may not be made.</exception>
    Task ChangeAsync(PageRange page, TranscriptEntry changed);
}
