using System.Collections.Immutable;
using System.Globalization;
using Everturn.Hosting;
using Everturn.Storage;

namespace Everturn.DirectLine.Transcripts;

/// <summary>
/// The documents that hold older activities. A page never gains activities: it is written once, and loses some when a user is erased; what it
/// holds may be changed.
/// </summary>
internal sealed class TranscriptPages(IStore store, EverturnOptions node)
{
    private const string Kind = "transcript-page";
    private const int MaxAttempts = 8;
    private const int Listed = 100;

    // Anybody can make up the id of a streamed message.
    private const int MostSearched = 8;

    public string KeyOf(string conversation, PageRange page) =>
        Key(string.Create(CultureInfo.InvariantCulture, $"{conversation}/{page.First:D10}-{page.Last:D10}"));

    /// <summary>Writes a page of committed activities.</summary>
    /// <remarks>
    /// Which activities it holds follows from its range. One that is there already was written by a node that was not heard of since: of
    /// each activity the later version stays, and what either has lost, with its user, stays lost.
    /// </remarks>
    public async Task KeepAsync(string conversation, PageRange page, ImmutableArray<TranscriptEntry> entries)
    {
        var key = KeyOf(conversation, page);
        if (!(await store.SaveAsync(key, TranscriptFormat.WritePage(entries), expected: null, due: null)).IsSaved)
        {
            var ours = entries.ToDictionary(entry => entry.Sequence);
            await RewriteAsync(
                key,
                there => [.. there.Where(entry => ours.ContainsKey(entry.Sequence)).Select(entry => TranscriptEntry.Later(entry, ours[entry.Sequence]))],
                CancellationToken.None);
        }
    }

    /// <summary>Finds an activity among pages that are in order; null when none has it, or it says nothing of its place and is on none of the newest.</summary>
    public async Task<(PageRange Page, TranscriptEntry Entry)?> FindAsync(string conversation, ReadOnlyMemory<PageRange> pages, ChangedActivity target)
    {
        if (target.HasPlace)
        {
            return await FindByHalvesAsync(conversation, pages, target);
        }

        for (var at = pages.Length - 1; at >= Math.Max(0, pages.Length - MostSearched); at--)
        {
            var page = pages.Span[at];
            if ((await LoadAsync(conversation, page)).FirstOrDefault(target.Is) is { } found)
            {
                return (page, found);
            }
        }

        return null;
    }

    private async Task<ImmutableArray<TranscriptEntry>> LoadAsync(string conversation, PageRange page) =>
        await store.LoadAsync(KeyOf(conversation, page), CancellationToken.None) is { } document
            ? TranscriptFormat.ReadPage(document.Content)
            : throw new StoreUnavailableException($"ET4025: History {page.First} to {page.Last} of this conversation is not there just now.");

    private async Task<(PageRange Page, TranscriptEntry Entry)?> FindByHalvesAsync(string conversation, ReadOnlyMemory<PageRange> pages, ChangedActivity target)
    {
        if (pages.IsEmpty)
        {
            return null;
        }

        var middle = pages.Length / 2;
        var page = pages.Span[middle];
        var (before, behind) = (pages[..middle], pages[(middle + 1)..]);
        var entries = await LoadAsync(conversation, page);
        return entries.FirstOrDefault(target.Is) is { } found ? (page, found)
            // All that it held was erased with its user: it says nothing of where to look.
            : entries.IsEmpty ? await FindByHalvesAsync(conversation, before, target) ?? await FindByHalvesAsync(conversation, behind, target)
            : await FindByHalvesAsync(conversation, target.IsBefore(entries[0]) ? before : behind, target);
    }

    /// <summary>Puts a changed activity in the place of what is there, unless that was changed later or is gone.</summary>
    public Task ChangeAsync(string conversation, PageRange page, TranscriptEntry changed) => RewriteAsync(
        KeyOf(conversation, page),
        there => [.. there.Select(entry => entry.Sequence == changed.Sequence ? TranscriptEntry.Later(entry, changed) : entry)],
        CancellationToken.None);

    public async Task DropAsync(string conversation, PageRange page)
    {
        var key = KeyOf(conversation, page);
        if (await store.LoadAsync(key, CancellationToken.None) is { } document)
        {
            await store.DeleteAsync(key, document.ETag);
        }
    }

    /// <summary>Deletes all pages of a conversation.</summary>
    public Task EraseAsync(string conversation, CancellationToken cancellationToken) =>
        store.DeleteAllAsync(Key(conversation + "/"), cancellationToken);

    /// <summary>Takes what a user has said out of all pages of a conversation, those too that no head names.</summary>
    public async Task EraseMemberAsync(string conversation, string user, CancellationToken cancellationToken)
    {
        string? after = null;
        do
        {
            var keys = await store.ListKeysAsync(Key(conversation + "/"), after, Listed, cancellationToken);
            foreach (var key in keys)
            {
                await RewriteAsync(key, there => there.RemoveAll(entry => entry.IsFrom(user)), cancellationToken);
            }

            after = keys.Count < Listed ? null : keys[^1];
        }
        while (after is not null);
    }

    private async Task RewriteAsync(
        string key, Func<ImmutableArray<TranscriptEntry>, ImmutableArray<TranscriptEntry>> change, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (await store.LoadAsync(key, cancellationToken) is not { } document)
            {
                return;
            }

            var there = TranscriptFormat.ReadPage(document.Content);
            var left = change(there);
            if (left.SequenceEqual(there)
                || (await store.SaveAsync(key, TranscriptFormat.WritePage(left), document.ETag, due: null)).IsSaved)
            {
                return;
            }
        }

        throw new StoreUnavailableException("ET4028: The conversation is being written by others.");
    }

    private string Key(string id) => StoreKey.Create(node.Bot, DirectLineIds.Channel, Kind, id);
}
