using System.Collections.Immutable;
using System.Globalization;
using Everturn.Hosting;
using Everturn.Storage;

namespace Everturn.DirectLine.Transcripts;

/// <summary>The documents that hold older activities. A page never gains activities: it is written once, and loses some when a user is erased.</summary>
internal sealed class TranscriptPages(IStore store, EverturnOptions node)
{
    private const string Kind = "transcript-page";
    private const int MaxAttempts = 8;
    private const int Listed = 100;

    public string KeyOf(string conversation, PageRange page) =>
        Key(string.Create(CultureInfo.InvariantCulture, $"{conversation}/{page.First:D10}-{page.Last:D10}"));

    /// <summary>Writes a page of committed activities.</summary>
    /// <remarks>
    /// Its content follows from its range, so that every node writes the same: one that is there already is this very page. Unless a user
    /// was erased meanwhile: then the one without him stays.
    /// </remarks>
    public async Task KeepAsync(string conversation, PageRange page, ImmutableArray<TranscriptEntry> entries)
    {
        var key = KeyOf(conversation, page);
        if (!(await store.SaveAsync(key, TranscriptFormat.WritePage(entries), expected: null, due: null)).IsSaved)
        {
            await ShrinkAsync(key, there => there.Length > entries.Length ? entries : there, CancellationToken.None);
        }
    }

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
                await ShrinkAsync(key, there => there.RemoveAll(entry => entry.IsFrom(user)), cancellationToken);
            }

            after = keys.Count < Listed ? null : keys[^1];
        }
        while (after is not null);
    }

    private async Task ShrinkAsync(
        string key, Func<ImmutableArray<TranscriptEntry>, ImmutableArray<TranscriptEntry>> shrink, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (await store.LoadAsync(key, cancellationToken) is not { } document)
            {
                return;
            }

            var there = TranscriptFormat.ReadPage(document.Content);
            var left = shrink(there);
            if (left.Length == there.Length
                || (await store.SaveAsync(key, TranscriptFormat.WritePage(left), document.ETag, due: null)).IsSaved)
            {
                return;
            }
        }

        throw new StoreUnavailableException("ET4028: The conversation is being written by others.");
    }

    private string Key(string id) => StoreKey.Create(node.Bot, DirectLineIds.Channel, Kind, id);
}
