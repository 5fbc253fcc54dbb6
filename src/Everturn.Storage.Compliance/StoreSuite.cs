using System.Text;
using Xunit;

namespace Everturn.Storage.Compliance;

/// <summary>What the suites share: a subject of the test's own, an open store, and keys that no other test uses.</summary>
/// <remarks>
/// A store's test project derives one class from each suite, for instance
/// <c>public sealed class MyDeletes : DeleteSuite&lt;MySubject&gt;;</c>, and <see cref="CompletenessSuite{TSubject}"/>
/// fails when one is missing.
/// </remarks>
/// <typeparam name="TSubject">The store under test.</typeparam>
public abstract class StoreSuite<TSubject> : IAsyncLifetime
    where TSubject : StoreSubject, new()
{
    private readonly List<IStore> _opened = [];

    /// <summary>The store under test.</summary>
    protected TSubject Subject { get; } = new();

    /// <summary>The store as the test's first handle sees it.</summary>
    protected IStore Store { get; private set; } = null!;

    /// <summary>The first segment of this test's keys.</summary>
    protected string Scope { get; } = "suite-" + Guid.NewGuid().ToString("N");

    /// <inheritdoc />
    public async ValueTask InitializeAsync() => Store = await OpenAsync();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var store in _opened.ToArray())
        {
            await CloseAsync(store);
        }

        await Subject.DisposeAsync();
    }

    /// <summary>Opens another handle to the same documents. It is closed at the end of the test at the latest.</summary>
    protected async ValueTask<IStore> OpenAsync()
    {
        var store = await Subject.OpenAsync();
        _opened.Add(store);
        return store;
    }

    /// <summary>Disposes a handle; a second time does nothing.</summary>
    protected async ValueTask CloseAsync(IStore store)
    {
        // A store that cannot be opened twice hands out one object: it is disposed once all the same.
        if (_opened.RemoveAll(opened => ReferenceEquals(opened, store)) == 0) return;
        if (store is IAsyncDisposable asynchronous) await asynchronous.DisposeAsync();
        else if (store is IDisposable disposable) disposable.Dispose();
    }

    /// <summary>A key of this test's own.</summary>
    protected string Key(string id) => StoreKey.Create(Scope, "test", "document", id);

    /// <summary>JSON that says <paramref name="text"/>.</summary>
    protected static byte[] Json(string text) => Encoding.UTF8.GetBytes($$"""{"text":"{{text}}"}""");

    /// <summary>Creates a document that must not exist yet.</summary>
    protected Task<ETag> CreateAsync(string key, string text, DateTimeOffset? due = null) => SaveAsync(key, text, null, due);

    /// <summary>Saves a document and asserts that the precondition held.</summary>
    protected async Task<ETag> SaveAsync(string key, string text, ETag? expected, DateTimeOffset? due = null)
    {
        var result = await Store.SaveAsync(key, Json(text), expected, due);
        Assert.True(result.IsSaved, $"The save of '{key}' expecting {expected?.Value ?? "no document"} was refused.");
        return result.ETag!.Value;
    }

    /// <summary>Loads a document that must exist.</summary>
    protected async Task<StoredDocument> LoadAsync(string key, IStore? store = null)
    {
        var document = await (store ?? Store).LoadAsync(key, CancellationToken.None);
        Assert.True(document is not null, $"'{key}' is gone.");
        return document;
    }

    /// <summary>Asserts that a document is exactly this.</summary>
    protected async Task AssertStoredAsync(string key, string text, ETag etag, IStore? store = null)
    {
        var document = await LoadAsync(key, store);
        Assert.Equal(Encoding.UTF8.GetString(Json(text)), Encoding.UTF8.GetString(document.Content.Span));
        Assert.Equal(etag, document.ETag);
    }

    /// <summary>Asserts that there is no such document.</summary>
    protected async Task AssertMissingAsync(string key, IStore? store = null) =>
        Assert.Null(await (store ?? Store).LoadAsync(key, CancellationToken.None));

    /// <summary>Asserts that a listing holds the keys of these ids, in this order.</summary>
    protected void AssertListed(IEnumerable<string> ids, IReadOnlyList<string> keys) =>
        Assert.Equal(ids.Select(Key).ToArray(), keys, StringComparer.Ordinal);

    /// <summary>All due keys of this test's scope, page by page.</summary>
    protected async Task<List<string>> AllDueAsync(DateTimeOffset now, int limit = 100, IStore? store = null) =>
        await AllAsync(after => (store ?? Store).ListDueAsync(Scope, now, after, limit, CancellationToken.None), limit);

    /// <summary>All keys with a prefix, page by page.</summary>
    protected async Task<List<string>> AllKeysAsync(string prefix, int limit = 100, IStore? store = null) =>
        await AllAsync(after => (store ?? Store).ListKeysAsync(prefix, after, limit, CancellationToken.None), limit);

    /// <summary>Runs many at once, started from one signal so that they meet.</summary>
    protected static async Task<T[]> AtOnceAsync<T>(int count, Func<int, Task<T>> run)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var tasks = Enumerable.Range(0, count).Select(i => Task.Run(async () =>
        {
            await start.Task;
            return await run(i);
        })).ToArray();
        start.SetResult();
        return await Task.WhenAll(tasks);
    }

    private static async Task<List<string>> AllAsync(Func<string?, ValueTask<IReadOnlyList<string>>> list, int limit)
    {
        var keys = new List<string>();
        string? after = null;
        while (true)
        {
            var page = await list(after);
            Assert.True(page.Count <= limit, $"A page of at most {limit} keys has {page.Count}.");
            keys.AddRange(page);
            if (page.Count == 0) return keys;
            Assert.True(after is null || page[^1] != after, $"The listing after '{after}' returns that key again.");
            after = page[^1];
        }
    }
}
