using System.Collections.Immutable;

namespace Everturn.DirectLine.Transcripts;

/// <summary>What lies behind a watermark.</summary>
/// <remarks>
/// An activity stands where it was said, as it is now, and not at all when it was deleted. One that was said before the watermark and changed
/// behind it stands where it was changed.
/// </remarks>
/// <param name="Shown">Activities in the order of their places.</param>
/// <param name="Watermark">The place up to which nothing is missing.</param>
internal sealed record TranscriptReading(IReadOnlyList<ShownEntry> Shown, long Watermark)
{
    /// <summary>Reads a transcript.</summary>
    /// <param name="transcript">Its head.</param>
    /// <param name="after">The last place not wanted.</param>
    /// <param name="maxCount">The most activities to return.</param>
    /// <param name="maxBytes">Where to stop; the first activity comes however large it is.</param>
    /// <param name="load">Loads a page of it.</param>
    public static async Task<TranscriptReading> BehindAsync(
        Transcript transcript, long after, int maxCount, int maxBytes, Func<PageRange, Task<ImmutableArray<TranscriptEntry>>> load)
    {
        var shown = new List<ShownEntry>();
        var bytes = 0;
        var changes = new Queue<ShownEntry>(await ChangesAsync(transcript, after, load));
        foreach (var page in transcript.Pages.Where(page => page.Last > after))
        {
            if (!TakeAll(await load(page)))
            {
                return new(shown, shown[^1].Place);
            }
        }

        var isWhole = TakeAll(transcript.Entries) && TakeChanges(before: long.MaxValue);
        return new(shown, isWhole ? Math.Max(after, transcript.Last) : shown[^1].Place);

        bool TakeAll(IEnumerable<TranscriptEntry> entries) =>
            entries.Where(entry => entry.Sequence > after && !entry.IsDeleted).All(entry => TakeChanges(entry.Sequence) && Take(new(entry.Sequence, entry)));

        bool TakeChanges(long before)
        {
            while (changes.TryPeek(out var change) && change.Place < before)
            {
                if (!Take(changes.Dequeue()))
                {
                    return false;
                }
            }

            return true;
        }

        bool Take(ShownEntry one)
        {
            if (shown.Count >= maxCount || (shown.Count > 0 && bytes + one.Entry.Activity.Length > maxBytes))
            {
                return false;
            }

            shown.Add(one);
            bytes += one.Entry.Activity.Length;
            return true;
        }
    }

    // What was changed behind a place and said before it. A change whose head was not written is nobody's to see yet.
    private static async Task<IEnumerable<ShownEntry>> ChangesAsync(
        Transcript transcript, long after, Func<PageRange, Task<ImmutableArray<TranscriptEntry>>> load)
    {
        var changed = new List<TranscriptEntry>(transcript.Entries);
        foreach (var page in transcript.Pages.Where(page => page.First <= after && page.Changed > after))
        {
            changed.AddRange(await load(page));
        }

        return changed
            .Where(entry => entry.Sequence <= after && entry.ChangedAt > after && entry.ChangedAt <= transcript.Last)
            .Select(entry => new ShownEntry(entry.ChangedAt, entry))
            .OrderBy(change => change.Place);
    }
}

/// <summary>An activity at a place of the conversation.</summary>
internal readonly record struct ShownEntry(long Place, TranscriptEntry Entry);
