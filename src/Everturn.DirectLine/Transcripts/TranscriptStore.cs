using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Everturn.Hosting;
using Everturn.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Everturn.DirectLine.Transcripts;

/// <summary>Reads and changes transcripts in the store that all nodes share.</summary>
internal sealed class TranscriptStore(
    IStore store, IOptions<EverturnOptions> node, IOptions<DirectLineOptions> options, TimeProvider time, ILogger<TranscriptStore> logger)
{
    private const string HeadKind = "transcript";
    private const int MaxAttempts = 12;

    private readonly TranscriptCache _cache = new(options.Value.CacheBytes);
    private readonly TranscriptPages _pages = new(store, node.Value);

    /// <summary>The head as the store has it now; <see cref="StoredTranscript.None"/> when there is none.</summary>
    /// <exception cref="StoreUnavailableException">The store failed.</exception>
    public async ValueTask<StoredTranscript> LoadAsync(string conversation, CancellationToken cancellationToken)
    {
        var document = await LoadDocumentAsync(HeadKey(conversation), cancellationToken);
        if (document is null)
        {
            return StoredTranscript.None;
        }

        if (_cache.Get(conversation) is { } cached && cached.ETag == document.ETag)
        {
            return cached;
        }

        var loaded = new StoredTranscript(TranscriptFormat.ReadHead(document.Content), document.ETag);
        _cache.Set(conversation, loaded);
        return loaded;
    }

    /// <summary>The head as this node last saw it, else as the store has it.</summary>
    /// <exception cref="StoreUnavailableException">The store failed.</exception>
    public ValueTask<StoredTranscript> LoadRecentAsync(string conversation, CancellationToken cancellationToken) =>
        _cache.Get(conversation) is { } cached ? new(cached) : LoadAsync(conversation, cancellationToken);

    /// <summary>What of a conversation has moved to pages.</summary>
    public IPagedEntries PagesOf(string conversation) => new PagedEntries(this, conversation);

    /// <summary>Tells other nodes that a transcript has grown, where the store carries such hints.</summary>
    public void Announce(string conversation) => (store as IStoreSignals)?.Announce(HeadKey(conversation));

    /// <summary>The conversations whose transcripts other nodes say have grown; ends at once where the store carries no hints.</summary>
    public async IAsyncEnumerable<string> ListenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (store is not IStoreSignals signals)
        {
            yield break;
        }

        var begins = HeadKey("-")[..^1];
        await foreach (var key in signals.ListenAsync(cancellationToken))
        {
            if (key.StartsWith(begins, StringComparison.Ordinal))
            {
                yield return key[begins.Length..];
            }
        }
    }

    /// <summary>Changes a transcript by a conditional write, again from the newest version when another write came first.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="change">Returns the changed transcript, or the very same one when there is nothing to change. May be called repeatedly.</param>
    /// <param name="cancellationToken">Stops between attempts and before the first; a write under way is awaited.</param>
    /// <returns>The transcript as it is now; null when others kept writing first.</returns>
    /// <exception cref="StoreUnavailableException">The store failed; the change may or may not be made.</exception>
    public ValueTask<StoredTranscript?> UpdateAsync(
        string conversation, Func<Transcript, Transcript> change, CancellationToken cancellationToken) =>
        UpdateAsync(conversation, transcript => new ValueTask<Transcript>(change(transcript)), cancellationToken);

    /// <summary>As the other overload, for a change that looks at pages.</summary>
    public async ValueTask<StoredTranscript?> UpdateAsync(
        string conversation, Func<Transcript, ValueTask<Transcript>> change, CancellationToken cancellationToken)
    {
        var current = await LoadRecentAsync(conversation, cancellationToken);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var changed = await change(current.Transcript);
            if (ReferenceEquals(changed, current.Transcript))
            {
                return current;
            }

            var (shrunk, dropped) = await ArchiveAsync(conversation, current.Transcript, changed);
            var result = await SaveDocumentAsync(conversation, HeadKey(conversation), TranscriptFormat.WriteHead(shrunk), current.ETag);
            if (result.ETag is { } etag)
            {
                var saved = new StoredTranscript(shrunk, etag);
                _cache.Set(conversation, saved);
                await DropAsync(conversation, dropped);
                return saved;
            }

            _cache.Remove(conversation);
            if (attempt > 0)
            {
                var ceiling = Math.Min(200, 2 << attempt);
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, ceiling)), time, cancellationToken);
            }

            current = await LoadAsync(conversation, cancellationToken);
        }

        return null;
    }

    /// <summary>Reads what lies behind a sequence number, oldest first.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="transcript">Its head.</param>
    /// <param name="after">The last sequence number not wanted.</param>
    /// <param name="maxCount">The most activities to return.</param>
    /// <param name="maxBytes">Where to stop; the first activity comes however large it is.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="StoreUnavailableException">The store failed, or a page was dropped since the head was read.</exception>
    public Task<TranscriptReading> ReadAfterAsync(
        string conversation, Transcript transcript, long after, int maxCount, int maxBytes, CancellationToken cancellationToken) =>
        TranscriptReading.BehindAsync(transcript, after, maxCount, maxBytes, page => LoadPageAsync(conversation, page, cancellationToken));

    /// <summary>Deletes what was said and who said it. How far the rows had come stays, so that none of them shows once more.</summary>
    public async Task EraseAsync(string conversation, CancellationToken cancellationToken)
    {
        if ((await LoadAsync(conversation, cancellationToken)).ETag is null)
        {
            return;
        }

        // A page belongs to a head that names it: the head goes first, so that nobody reads of a page that is not there.
        await UpdateAsync(conversation, transcript => transcript.Erased(), cancellationToken);
        await _pages.EraseAsync(conversation, cancellationToken);
    }

    /// <summary>Deletes what one user has said, and that he was there. The others' words stay, with their numbers.</summary>
    /// <exception cref="StoreUnavailableException">The store failed, or others kept writing first: try again.</exception>
    public async Task EraseMemberAsync(string conversation, string user, CancellationToken cancellationToken)
    {
        if ((await LoadAsync(conversation, cancellationToken)).ETag is null)
        {
            return;
        }

        // The head goes first: what moves to a page from now on is without him.
        _ = await UpdateAsync(conversation, transcript => transcript.Without(user), cancellationToken)
            ?? throw new StoreUnavailableException("ET4028: The conversation is being written by others.");
        await _pages.EraseMemberAsync(conversation, user, cancellationToken);
    }

    /// <summary>Deletes the rest.</summary>
    public async Task ForgetAsync(string conversation, CancellationToken cancellationToken)
    {
        if (await store.LoadAsync(HeadKey(conversation), cancellationToken) is { } head)
        {
            await store.DeleteAsync(HeadKey(conversation), head.ETag);
        }

        _cache.Remove(conversation);
    }

    /// <summary>Moves older activities to a page before the head would grow too large.</summary>
    /// <remarks>
    /// Only what the head holds already moves, so every node that writes this page writes the same activities, as it knows them. A quarter
    /// stays, for readers that are nearly up to date.
    /// </remarks>
    private async ValueTask<(Transcript Shrunk, IReadOnlyList<PageRange> Dropped)> ArchiveAsync(
        string conversation, Transcript committed, Transcript changed)
    {
        if (committed.EntryBytes < options.Value.PageBytes || changed.Last <= committed.Last)
        {
            return (changed, []);
        }

        var kept = 0;
        var count = committed.Entries.Length;
        while (count > 1 && kept + committed.Entries[count - 1].Activity.Length <= options.Value.PageBytes / 4)
        {
            kept += committed.Entries[--count].Activity.Length;
        }

        // As the change leaves them: they keep their places.
        var archived = changed.Entries[..count];
        var page = new PageRange(archived[0].Sequence, archived[^1].Sequence, archived.Max(entry => entry.ChangedAt));
        await GuardedAsync(conversation, () => _pages.KeepAsync(conversation, page, archived));
        var pages = changed.Pages.Add(page);
        var tooMany = Math.Max(0, pages.Length - options.Value.MaxPages);
        return (changed with { Pages = pages[tooMany..], Entries = changed.Entries[count..] }, pages[..tooMany]);
    }

    private async ValueTask DropAsync(string conversation, IReadOnlyList<PageRange> pages)
    {
        foreach (var page in pages)
        {
            try
            {
                await _pages.DropAsync(conversation, page);
            }
            catch (Exception exception)
            {
                // The head no longer names the page; what stays behind costs space alone.
                logger.PageNotDropped(exception, conversation);
            }
        }
    }

    private async ValueTask<StoredDocument?> LoadDocumentAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return await store.LoadAsync(key, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StoreUnavailableException("ET4026: The store did not answer.", exception);
        }
    }

    private async ValueTask<SaveResult> SaveDocumentAsync(string conversation, string key, ReadOnlyMemory<byte> content, ETag? expected)
    {
        try
        {
            return await store.SaveAsync(key, content, expected, due: null);
        }
        catch (Exception exception)
        {
            _cache.Remove(conversation);
            throw new StoreUnavailableException("ET4026: The store did not answer.", exception);
        }
    }

    private async Task<ImmutableArray<TranscriptEntry>> LoadPageAsync(string conversation, PageRange page, CancellationToken cancellationToken) =>
        await LoadDocumentAsync(_pages.KeyOf(conversation, page), cancellationToken) is { } document
            ? TranscriptFormat.ReadPage(document.Content)
            : throw new StoreUnavailableException($"ET4025: History {page.First} to {page.Last} of this conversation is not there just now.");

    // Whatever fails, the head that is remembered may be the reason.
    private async Task GuardedAsync(string conversation, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception exception) when (exception is not InvalidDataException)
        {
            _cache.Remove(conversation);
            throw exception as StoreUnavailableException ?? new StoreUnavailableException("ET4026: The store did not answer.", exception);
        }
    }

    private string HeadKey(string conversation) =>
        StoreKey.Create(node.Value.Bot, DirectLineIds.Channel, HeadKind, conversation);

    private sealed class PagedEntries(TranscriptStore transcripts, string conversation) : IPagedEntries
    {
        public async Task<(PageRange Page, TranscriptEntry Entry)?> FindAsync(ImmutableArray<PageRange> pages, ChangedActivity target)
        {
            (PageRange, TranscriptEntry)? found = null;
            await transcripts.GuardedAsync(
                conversation, async () => found = await transcripts._pages.FindAsync(conversation, pages.AsMemory(), target));
            return found;
        }

        public Task ChangeAsync(PageRange page, TranscriptEntry changed) =>
            transcripts.GuardedAsync(conversation, () => transcripts._pages.ChangeAsync(conversation, page, changed));
    }
}
