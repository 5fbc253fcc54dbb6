using Everturn.Storage.Sqlite.Database;
using Everturn.Storage.Sqlite.Tests.WalReset;

namespace Everturn.Storage.Sqlite.Tests;

public sealed class WritingTests : IAsyncDisposable
{
    private static readonly byte[] Content = "{}"u8.ToArray();
    private readonly TemporaryDirectory _directory = new();
    private readonly SqliteStore _store;

    public WritingTests() => _store = Open();

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _directory.Dispose();
    }

    // While somebody else holds the lock, saves gather; then one transaction takes them all, and each has its own answer.
    [Fact]
    public async Task Saves_that_wait_together_are_committed_together()
    {
        using var other = OpenConnection();
        Assert.True((await _store.SaveAsync("a/b/c/taken", Content, null, null)).IsSaved);
        var log = new LogIndex(_store.File);
        var before = log.Pages;
        Assert.True(other.TryExecute("BEGIN IMMEDIATE", "test"));
        var blocked = _store.SaveAsync("a/b/c/first", Content, null, null).AsTask();
        var saves = Enumerable.Range(0, 50).Select(i => _store.SaveAsync(i % 5 == 0 ? "a/b/c/taken" : $"a/b/c/{i}", Content, null, null).AsTask()).ToArray();
        Assert.DoesNotContain(saves, save => save.IsCompleted);
        other.TryExecute("COMMIT", "test");
        var results = await Task.WhenAll(saves);
        Assert.True((await blocked).IsSaved);
        for (var i = 0; i < results.Length; i++) Assert.Equal(i % 5 != 0, results[i].IsSaved);
        // Two commits: the one that was blocked, and all that came after it. One by one they would have taken 41 times two pages.
        Assert.InRange(log.Pages - before, 1u, 20u);
    }

    [Fact]
    public async Task Save_and_update_of_one_document_in_one_group_keep_their_order()
    {
        using var other = OpenConnection();
        Assert.True(other.TryExecute("BEGIN IMMEDIATE", "test"));
        var first = _store.SaveAsync("a/b/c/d", Content, null, null).AsTask();
        var second = _store.SaveAsync("a/b/c/d", Content, null, null).AsTask();
        other.TryExecute("COMMIT", "test");
        Assert.True((await first).IsSaved);
        Assert.False((await second).IsSaved);
    }

    [Fact]
    public async Task Refused_transaction_undoes_nothing_of_the_saves_in_its_group()
    {
        Assert.True((await _store.SaveAsync("a/b/c/taken", Content, null, null)).IsSaved);
        using var other = OpenConnection();
        Assert.True(other.TryExecute("BEGIN IMMEDIATE", "test"));
        var before = _store.SaveAsync("a/b/c/before", Content, null, null).AsTask();
        var refused = _store.SaveAllAsync([new("a/b/c/undone", Content, null, null), new("a/b/c/taken", Content, null, null)]).AsTask();
        var after = _store.SaveAsync("a/b/c/undone", Content, null, null).AsTask();
        other.TryExecute("COMMIT", "test");
        Assert.Null(await refused);
        Assert.True((await before).IsSaved);
        Assert.True((await after).IsSaved);
        Assert.Equal((await after).ETag, (await _store.LoadAsync("a/b/c/undone", CancellationToken.None))!.ETag);
        Assert.NotNull(await _store.LoadAsync("a/b/c/before", CancellationToken.None));
    }

    [Fact]
    public async Task Write_that_waits_too_long_for_another_process_fails_and_the_next_succeeds()
    {
        await using var impatient = Open(TimeSpan.FromMilliseconds(150));
        using var other = OpenConnection();
        Assert.True(other.TryExecute("BEGIN IMMEDIATE", "test"));
        var error = await Assert.ThrowsAsync<SqliteStoreException>(async () => await impatient.SaveAsync("a/b/c/d", Content, null, null));
        Assert.Equal("ET2005", error.Code);
        Assert.Contains("a/b/c/d", error.Message, StringComparison.Ordinal);
        other.TryExecute("COMMIT", "test");
        Assert.True((await impatient.SaveAsync("a/b/c/d", Content, null, null)).IsSaved);
    }

    [Fact]
    public async Task Reads_do_not_wait_for_another_process_that_writes()
    {
        var saved = await _store.SaveAsync("a/b/c/d", Content, null, null);
        using var other = OpenConnection();
        Assert.True(other.TryExecute("BEGIN IMMEDIATE", "test"));
        other.TryExecute("UPDATE documents SET etag = 'uncommitted'", "test");
        Assert.Equal(saved.ETag, (await _store.LoadAsync("a/b/c/d", CancellationToken.None))!.ETag);
        other.RollBack();
    }

    [Fact]
    public async Task Full_disk_fails_the_save_and_the_store_goes_on_when_there_is_room()
    {
        var kept = await _store.SaveAsync("a/b/c/kept", Content, null, null);
        _store.Writer.Connection.TryExecute("PRAGMA max_page_count=20", "test");
        var error = await Assert.ThrowsAsync<SqliteStoreException>(async () => await _store.SaveAsync("a/b/c/large", new byte[1 << 20], null, null));
        Assert.Equal("ET2006", error.Code);
        Assert.Contains("a/b/c/large", error.Message, StringComparison.Ordinal);
        Assert.Null(await _store.LoadAsync("a/b/c/large", CancellationToken.None));
        _store.Writer.Connection.TryExecute("PRAGMA max_page_count=1000000", "test");
        Assert.True((await _store.SaveAsync("a/b/c/large", new byte[1 << 20], null, null)).IsSaved);
        Assert.Equal(kept.ETag, (await _store.LoadAsync("a/b/c/kept", CancellationToken.None))!.ETag);
    }

    [Fact]
    public async Task File_turned_read_only_fails_the_save_with_its_cure()
    {
        _store.Writer.Connection.TryExecute("PRAGMA query_only=1", "test");
        var error = await Assert.ThrowsAsync<SqliteStoreException>(async () => await _store.SaveAsync("a/b/c/d", Content, null, null));
        Assert.Equal("ET2004", error.Code);
        Assert.Contains("write access", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Document_beyond_any_limit_is_refused_before_it_is_queued()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(async () => await _store.SaveAsync("a/b/c/d", new byte[(512 << 20) + 1], null, null));
        Assert.StartsWith("ET2011", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Document_without_bytes_comes_back_without_bytes()
    {
        Assert.True((await _store.SaveAsync("a/b/c/d", default, null, null)).IsSaved);
        Assert.Equal(0, (await _store.LoadAsync("a/b/c/d", CancellationToken.None))!.Content.Length);
    }

    [Fact]
    public async Task Disposed_store_has_committed_what_it_accepted_and_accepts_no_more()
    {
        var saves = Enumerable.Range(0, 100).Select(i => _store.SaveAsync($"a/b/c/{i}", Content, null, null).AsTask()).ToArray();
        await _store.DisposeAsync();
        Assert.All(saves, save => Assert.True(save.IsCompletedSuccessfully));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await _store.SaveAsync("a/b/c/late", Content, null, null));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await _store.LoadAsync("a/b/c/0", CancellationToken.None));
        await _store.DisposeAsync();
        await using var reopened = Open();
        Assert.Equal(100, (await reopened.ListKeysAsync("", null, 1000, CancellationToken.None)).Count);
    }

    // SQLite has no queue for its lock: a process that commits one group after another would shut the others out.
    // Counted in saves of the busy one, because the time that they take depends on the machine.
    [Fact]
    public async Task Writer_beside_a_busy_one_gets_its_turns()
    {
        const int Busy = 8;
        await using var busy = Open();
        using var done = new CancellationTokenSource();
        var saves = 0;
        var load = Enumerable.Range(0, Busy).Select(i => Task.Run(async () =>
        {
            ETag? etag = null;
            while (!done.IsCancellationRequested)
            {
                etag = (await busy.SaveAsync($"a/b/busy/{i}", new byte[2000], etag, null)).ETag;
                Interlocked.Increment(ref saves);
            }
        })).ToArray();
        var passed = new List<int>();
        for (var i = 0; i < 100; i++)
        {
            var before = Volatile.Read(ref saves);
            await _store.SaveAsync($"a/b/quiet/{i}", Content, null, null);
            passed.Add(Volatile.Read(ref saves) - before);
        }

        await done.CancelAsync();
        await Task.WhenAll(load);
        var said = $"100 saves let {passed.Sum()} others pass, the worst {passed.Max()}.";
        TestContext.Current.TestOutputHelper?.WriteLine(said);
        // One group of the busy one a save, on average.
        Assert.True(passed.Sum() <= 100 * Busy, said);
    }

    [Fact]
    public async Task Log_is_copied_and_starts_over_under_steady_writes()
    {
        await using var store = new SqliteStore(new SqliteStoreOptions { File = _directory.File("steady.db"), CheckpointPages = 50 });
        ETag? etag = null;
        for (var i = 0; i < 1000; i++) etag = (await store.SaveAsync("a/b/c/d", new byte[3000], etag, null)).ETag;
        Assert.InRange(new FileInfo(store.File + "-wal").Length, 1, 400 * 4096);
    }

    private SqliteStore Open(TimeSpan? lockTimeout = null) =>
        new(new SqliteStoreOptions { File = _directory.File("store.db"), LockTimeout = lockTimeout ?? TimeSpan.FromSeconds(10) });

    private Connection OpenConnection() => Connection.Open(new SqliteStoreOptions { File = _directory.File("store.db") });
}
