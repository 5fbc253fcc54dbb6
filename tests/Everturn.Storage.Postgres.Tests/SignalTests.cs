using System.Threading.Channels;
using Everturn.Storage.Postgres.Signals;
using Everturn.Storage.Postgres.Tests.Servers;

namespace Everturn.Storage.Postgres.Tests;

public sealed class SignalTests
{
    private static readonly byte[] Content = "{}"u8.ToArray();

    [Fact]
    public async Task Announcement_is_heard_by_other_nodes_and_not_by_the_own()
    {
        await using var database = await TestDatabase.CreateAsync();
        var (first, second) = (database.Store(), database.Store());
        await using var heardByFirst = new Listener(first);
        await using var heardBySecond = new Listener(second);
        await heardBySecond.WhenListeningAsync(first);
        await heardByFirst.WhenListeningAsync(second);

        string[] odd = ["bot/directline/transcript/1", "bot/x/y/\"quoted\" \\ \n é \U0001f355", "bot/x/y/" + new string('\u0001', 1000)];
        foreach (var key in odd) first.Announce(key);
        foreach (var key in odd) Assert.Equal(key, await heardBySecond.NextAsync());
        second.Announce("from second");
        Assert.Equal("from second", await heardByFirst.NextAsync());
    }

    [Fact]
    public async Task Save_of_what_is_due_already_is_announced_and_no_other()
    {
        await using var database = await TestDatabase.CreateAsync();
        var (first, second) = (database.Store(), database.Store());
        await using var heard = new Listener(second);
        await heard.WhenListeningAsync(first);
        var now = DateTimeOffset.UtcNow;
        await first.SaveAsync("a/b/c/never", Content, null, null);
        await first.SaveAsync("a/b/c/later", Content, null, now.AddMinutes(1));
        var taken = await first.SaveAsync("a/b/c/now", Content, null, now);
        Assert.Equal("a/b/c/now", await heard.NextAsync());
        Assert.False((await first.SaveAsync("a/b/c/now", Content, null, now)).IsSaved);
        await first.SaveAllAsync([new("a/b/c/later2", Content, null, now.AddMinutes(1)), new("a/b/c/now2", Content, null, now)]);
        Assert.Equal("a/b/c/now2", await heard.NextAsync());
        Assert.True(taken.IsSaved);
    }

    [Fact]
    public async Task Hints_come_again_after_the_sessions_were_ended()
    {
        await using var database = await TestDatabase.CreateAsync();
        var (first, second) = (database.Store(), database.Store());
        await using var heard = new Listener(second);
        await heard.WhenListeningAsync(first);
        await database.ExecuteAsync($"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{database.Name}' AND pid <> pg_backend_pid()");
        await heard.WhenListeningAsync(first);
        first.Announce("after");
        Assert.Equal("after", await heard.NextAsync());
    }

    [Fact]
    public async Task Announcing_without_a_server_costs_nothing_and_fails_nobody()
    {
        await using var store = new PostgresStore(new() { ConnectionString = "Host=127.0.0.1;Port=1" });
        for (var i = 0; i < 100_000; i++) store.Announce($"a/b/c/{i}");
    }

    [Fact]
    public async Task Listening_ends_when_it_is_cancelled_or_the_store_is_closed()
    {
        await using var database = await TestDatabase.CreateAsync();
        var store = database.Store();
        using var cancel = new CancellationTokenSource();
        var cancelled = ListenAsync(cancel.Token);
        var closed = ListenAsync(CancellationToken.None);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(Patience.Limit));
        Assert.False(closed.IsCompleted);
        await store.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => closed.WaitAsync(Patience.Limit));

        async Task ListenAsync(CancellationToken cancellationToken)
        {
            await foreach (var _ in store.ListenAsync(cancellationToken))
            {
            }
        }
    }

    [Fact]
    public void Payload_holds_each_key_once_and_stays_below_the_servers_limit()
    {
        var waiting = Channel.CreateUnbounded<string>();
        var longest = new string('\u0001', StoreKey.MaxBytes);
        for (var i = 0; i < 500; i++) waiting.Writer.TryWrite(i == 250 ? longest : $"bot/directline/transcript/{i / 2}");
        var (teller, hearer) = (new Payload(), new Payload());
        var heard = new List<string>();
        while (waiting.Reader.Count > 0)
        {
            Assert.True(teller.Take(waiting.Reader, out var text) > 0);
            Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(text), 1, 7999);
            Assert.Empty(teller.Read(text));
            heard.AddRange(hearer.Read(text));
        }

        Assert.Equal(251, heard.Distinct().Count());
        Assert.Contains(longest, heard);
        Assert.True(heard.Count < 300, $"{heard.Count} keys were told.");
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[1,2]")]
    public void Payload_that_is_not_understood_is_no_hint(string text) => Assert.Empty(new Payload().Read(text));

    private sealed class Listener : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Channel<string> _heard = Channel.CreateUnbounded<string>();
        private readonly Task _listening;

        public Listener(PostgresStore store) => _listening = Task.Run(async () =>
        {
            await foreach (var key in store.ListenAsync(_stop.Token)) _heard.Writer.TryWrite(key);
        });

        // A hint that comes through proves that it listens; what else came before it is dropped.
        public async Task WhenListeningAsync(PostgresStore teller)
        {
            var probe = "probe " + Guid.NewGuid();
            await Patience.UntilAsync(
                () =>
                {
                    teller.Announce(probe);
                    while (_heard.Reader.TryRead(out var key))
                    {
                        if (key == probe) return Task.FromResult(true);
                    }

                    return Task.FromResult(false);
                },
                "a hint to come through");
        }

        public async Task<string> NextAsync()
        {
            while (true)
            {
                var key = await _heard.Reader.ReadAsync().AsTask().WaitAsync(Patience.Limit);
                if (!key.StartsWith("probe ", StringComparison.Ordinal)) return key;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Dispose();
        }
    }
}
