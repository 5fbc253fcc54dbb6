using Everturn.Storage.Servers;

namespace Everturn.Storage.Sqlite.Tests;

public sealed class SteadyTurnTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    // Design: a steady turn that touches conversation state alone costs one store write and no read.
    [Fact]
    public async Task Steady_turn_is_one_write_and_nothing_else_that_the_file_is_asked_for()
    {
        var calls = new List<string>();
        await using var file = new SqliteStore(new() { File = _directory.File("steady.db") });
        await using var node = await SteadyTurns.StartAsync(builder => builder.AddStore("noted", (_, _) => new Noted(file, calls)));
        await node.TurnAsync();
        lock (calls) calls.Clear();

        for (var i = 0; i < 10; i++) await node.TurnAsync();

        Assert.Equal(Enumerable.Repeat("save", 10), calls);
    }

    private sealed class Noted(SqliteStore file, List<string> calls) : ITransactionalStore
    {
        public ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken) =>
            Note("load", file.LoadAsync(key, cancellationToken));

        public ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due) =>
            Note("save", file.SaveAsync(key, content, expected, due));

        public ValueTask<IReadOnlyList<ETag>?> SaveAllAsync(IReadOnlyList<DocumentWrite> writes) => Note("save all", file.SaveAllAsync(writes));

        public ValueTask<bool> DeleteAsync(string key, ETag expected) => Note("delete", file.DeleteAsync(key, expected));

        public ValueTask<IReadOnlyList<string>> ListDueAsync(string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken) =>
            Note("list due", file.ListDueAsync(scope, now, after, limit, cancellationToken));

        public ValueTask<IReadOnlyList<string>> ListKeysAsync(string prefix, string? after, int limit, CancellationToken cancellationToken) =>
            Note("list keys", file.ListKeysAsync(prefix, after, limit, cancellationToken));

        private ValueTask<T> Note<T>(string call, ValueTask<T> answer)
        {
            lock (calls) calls.Add(call);
            return answer;
        }
    }
}
