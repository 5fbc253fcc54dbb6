using Everturn.Cli.Storage;
using Everturn.Storage;

namespace Everturn.Cli.Tests.Storage;

/// <summary>The self-test is worth what it catches: each broken store must be found out, a sound one acquitted.</summary>
public sealed class StoreSelfTestTests
{
    [Fact]
    public async Task Sound_store_passes_and_keeps_nothing()
    {
        var store = new MemoryStore(Random.Shared);
        await store.SaveAsync("bot/channel/kind/1", "{}"u8.ToArray(), null, DateTimeOffset.UtcNow);
        var test = new StoreSelfTest(store);

        await test.RunAsync(TestContext.Current.CancellationToken);

        Assert.Empty(test.Failed);
        Assert.Equal(12, test.Tested);
        Assert.Equal(["bot/channel/kind/1"], await store.ListKeysAsync("", null, 10, TestContext.Current.CancellationToken));
    }

    public static TheoryData<string, string> Broken => new()
    {
        { "overwrites on create", "is not created again" },
        { "ignores versions", "a write of an older version is refused" },
        { "deletes any version", "a delete of an older version is refused" },
        { "counts versions", "under a new version" },
        { "folds case", "in the order of their bytes" },
        { "lists all as due", "and nothing else" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Broken_store_is_caught(string fault, string promise)
    {
        var test = new StoreSelfTest(new BrokenStore(fault));

        await test.RunAsync(TestContext.Current.CancellationToken);

        Assert.Contains(test.Failed, failed => failed.Contains(promise, StringComparison.Ordinal));
    }

    private sealed class BrokenStore(string fault) : IStore
    {
        private readonly MemoryStore _inner = new(Random.Shared);

        public ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken) => _inner.LoadAsync(Fold(key), cancellationToken);

        public async ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due)
        {
            key = Fold(key);
            if ((fault == "overwrites on create" && expected is null) || (fault == "ignores versions" && expected is not null))
            {
                expected = (await _inner.LoadAsync(key, default))?.ETag;
            }

            var result = await _inner.SaveAsync(key, content, expected, due);
            return fault == "counts versions" && result.IsSaved && expected is { } same ? new(same) : result;
        }

        public async ValueTask<bool> DeleteAsync(string key, ETag expected) =>
            await _inner.DeleteAsync(Fold(key), fault == "deletes any version" && await _inner.LoadAsync(Fold(key), default) is { } there ? there.ETag : expected);

        public ValueTask<IReadOnlyList<string>> ListDueAsync(string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken) =>
            _inner.ListDueAsync(scope, fault == "lists all as due" ? DateTimeOffset.MaxValue : now, after, limit, cancellationToken);

        public ValueTask<IReadOnlyList<string>> ListKeysAsync(string prefix, string? after, int limit, CancellationToken cancellationToken) =>
            _inner.ListKeysAsync(prefix, after, limit, cancellationToken);

        private string Fold(string key) => fault == "folds case" ? key.ToLowerInvariant() : key;
    }
}
