using System.Globalization;
using System.Text;
using Xunit;

namespace Everturn.Storage.Compliance;

/// <summary>Transactions: several documents are written together or not at all, and nobody sees half of it.</summary>
/// <remarks>Skipped, with a reason, on a store that is not an <see cref="ITransactionalStore"/>.</remarks>
/// <typeparam name="TSubject">The store under test.</typeparam>
public class TransactionSuite<TSubject> : StoreSuite<TSubject>
    where TSubject : StoreSubject, new()
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Creates and updates take effect in one go, and the versions come back in the order of the writes.</summary>
    [Fact]
    public async Task Writes_whose_preconditions_hold_take_effect_together()
    {
        var store = Transactional();
        var old = await CreateAsync(Key("m"), "old", Noon);
        var etags = await store.SaveAllAsync(
            [Write("z", "new z", null, Noon), Write("m", "new m", old), Write("a", "new a", null)]);
        Assert.NotNull(etags);
        Assert.Equal(3, etags.Distinct().Count());
        await AssertStoredAsync(Key("z"), "new z", etags[0]);
        await AssertStoredAsync(Key("m"), "new m", etags[1]);
        await AssertStoredAsync(Key("a"), "new a", etags[2]);
        Assert.Equal([Key("z")], await AllDueAsync(Noon));
    }

    /// <summary>One failed precondition, wherever it stands and of whatever kind, leaves everything as it was.</summary>
    [Theory]
    [InlineData(0, "stale")]
    [InlineData(1, "stale")]
    [InlineData(2, "stale")]
    [InlineData(0, "exists")]
    [InlineData(2, "exists")]
    [InlineData(0, "missing")]
    [InlineData(2, "missing")]
    public async Task One_failed_precondition_writes_nothing(int place, string why)
    {
        var store = Transactional();
        var stale = await CreateAsync(Key("x"), "first");
        var current = await SaveAsync(Key("x"), "second", stale, Noon);
        var good = await CreateAsync(Key("good"), "good", Noon);
        var failing = why switch
        {
            "stale" => Write("x", "third", stale),
            "exists" => Write("x", "third", null),
            _ => Write("none", "third", current),
        };
        List<DocumentWrite> writes = [Write("good", "changed", good), Write("created", "created", null, Noon)];
        writes.Insert(place, failing);

        Assert.Null(await store.SaveAllAsync(writes));
        await AssertStoredAsync(Key("x"), "second", current);
        await AssertStoredAsync(Key("good"), "good", good);
        Assert.Equal([Key("good"), Key("x")], await AllKeysAsync(Scope));
        Assert.Equal([Key("good"), Key("x")], await AllDueAsync(Noon));
        // Nothing stays behind that would hinder the next writer.
        Assert.NotNull(await store.SaveAllAsync([Write("good", "changed", good), Write("x", "third", current), Write("created", "created", null)]));
    }

    /// <summary>As many writes as are allowed are one transaction, and one is.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(ITransactionalStore.MaxWrites)]
    public async Task Transaction_of_any_allowed_size_is_taken(int count)
    {
        var store = Transactional();
        var etags = await store.SaveAllAsync([.. Enumerable.Range(0, count).Select(i => Write($"{i:00}", $"{i}", null))]);
        Assert.NotNull(etags);
        for (var i = 0; i < count; i++) await AssertStoredAsync(Key($"{i:00}"), $"{i}", etags[i]);
    }

    /// <summary>No writes, too many, a key twice or an invalid one are mistakes of the caller, and nothing is written.</summary>
    [Fact]
    public async Task Writes_that_are_no_transaction_are_refused()
    {
        var store = Transactional();
        await RefusedAsync([]);
        await RefusedAsync([.. Enumerable.Range(0, ITransactionalStore.MaxWrites + 1).Select(i => Write($"{i:00}", "x", null))]);
        await RefusedAsync([Write("a", "one", null), Write("a", "two", null)]);
        await RefusedAsync([Write("a", "one", null), new DocumentWrite("nul\0", Json("x"), null, null)]);
        Assert.Empty(await AllKeysAsync(Scope));

        async Task RefusedAsync(DocumentWrite[] writes) =>
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await store.SaveAllAsync(writes));
    }

    /// <summary>Of many transactions over two documents, named in either order, exactly one takes effect; none waits for ever.</summary>
    [Fact]
    public async Task Concurrent_transactions_over_two_documents_have_one_winner()
    {
        var (store, other) = (Transactional(), (ITransactionalStore)await OpenAsync());
        ETag? a = null, b = null;
        for (var round = 0; round < 10; round++)
        {
            var results = await AtOnceAsync(12, async i =>
            {
                DocumentWrite[] writes = [Write("a", $"writer {i}", a), Write("b", $"writer {i}", b)];
                if (i / 2 % 2 == 1) Array.Reverse(writes);
                return await (i % 2 == 0 ? store : other).SaveAllAsync(writes);
            });
            var winner = Assert.Single(Enumerable.Range(0, results.Length), i => results[i] is not null);
            var etags = winner / 2 % 2 == 1 ? results[winner]!.Reverse().ToArray() : results[winner]!;
            (a, b) = (etags[0], etags[1]);
            await AssertStoredAsync(Key("a"), $"writer {winner}", etags[0]);
            await AssertStoredAsync(Key("b"), $"writer {winner}", etags[1]);
        }
    }

    /// <summary>A transaction and plain saves of its documents exclude each other.</summary>
    [Fact]
    public async Task Concurrent_transaction_and_saves_never_both_take_effect()
    {
        var store = Transactional();
        var other = await OpenAsync();
        var (a, b) = (await CreateAsync(Key("a"), "start"), await CreateAsync(Key("b"), "start"));
        for (var round = 0; round < 20; round++)
        {
            var transaction = round % 3;
            var results = await AtOnceAsync(3, async i =>
            {
                if (i == transaction) return await store.SaveAllAsync([Write("a", "all", a), Write("b", "all", b)]);
                var (id, etag) = i == (transaction + 1) % 3 ? ("a", a) : ("b", b);
                return (await other.SaveAsync(Key(id), Json("alone"), etag, null)).ETag is { } saved ? [saved] : null;
            });
            var (all, aloneA, aloneB) = (results[transaction], results[(transaction + 1) % 3], results[(transaction + 2) % 3]);
            Assert.True(
                all is null != (aloneA is null && aloneB is null),
                $"Round {round}: together {all is not null}, alone {aloneA is not null} and {aloneB is not null}.");
            (a, b) = all is null ? (aloneA?[0] ?? a, aloneB?[0] ?? b) : (all[0], all[1]);
            Assert.Equal(a, (await LoadAsync(Key("a"))).ETag);
            Assert.Equal(b, (await LoadAsync(Key("b"))).ETag);
        }
    }

    /// <summary>Amounts moved between documents by many at once are neither lost nor made.</summary>
    [Fact]
    public async Task Concurrent_transfers_between_documents_keep_their_sum()
    {
        const int Accounts = 4, Start = 1000, Movers = 6, Each = 8;
        var (store, other) = (Transactional(), (ITransactionalStore)await OpenAsync());
        for (var i = 0; i < Accounts; i++) await store.SaveAsync(Key($"{i}"), Number(Start), null, null);
        var moved = await AtOnceAsync(Movers, async mover =>
        {
            var handle = mover % 2 == 0 ? store : other;
            var change = new int[Accounts];
            var attempts = 0;
            for (var done = 0; done < Each;)
            {
                // Each refusal takes another's success: a store that refuses more often refuses without a reason.
                Assert.True(attempts++ < Movers * Each, $"Mover {mover} was refused again and again.");
                var (from, to) = ((mover + done) % Accounts, (mover + (2 * done) + 1) % Accounts);
                if (from == to) to = (to + 1) % Accounts;
                var (source, target) = (await LoadAsync(Key($"{from}"), handle), await LoadAsync(Key($"{to}"), handle));
                var written = await handle.SaveAllAsync(
                [
                    new(Key($"{from}"), Number(Read(source) - done - 1), source.ETag, null),
                    new(Key($"{to}"), Number(Read(target) + done + 1), target.ETag, null),
                ]);
                if (written is null) continue;
                done++;
                change[from] -= done;
                change[to] += done;
            }

            return change;
        });
        for (var i = 0; i < Accounts; i++) Assert.Equal(Start + moved.Sum(change => change[i]), Read(await LoadAsync(Key($"{i}"))));
    }

    /// <summary>Who has loaded one document of a transaction loads no older state of another.</summary>
    [Fact]
    public async Task Readers_never_see_half_of_a_transaction()
    {
        var (store, other) = (Transactional(), await OpenAsync());
        var etags = await store.SaveAllAsync([new(Key("a"), Number(0), null, null), new(Key("b"), Number(0), null, null)]);
        using var done = new CancellationTokenSource();
        var pairs = 0;
        var halves = 0;
        var readers = Enumerable.Range(0, 4).Select(i => Task.Run(async () =>
        {
            var (first, second) = i % 2 == 0 ? (Key("a"), Key("b")) : (Key("b"), Key("a"));
            while (!done.IsCancellationRequested)
            {
                var handle = i / 2 == 0 ? store : other;
                var seen = Read(await LoadAsync(first, handle));
                if (Read(await LoadAsync(second, handle)) < seen) Interlocked.Increment(ref halves);
                Interlocked.Increment(ref pairs);
                await Task.Yield();
            }
        })).ToArray();
        for (var i = 1; i <= 100 || (Volatile.Read(ref pairs) < 500 && i < 100_000); i++)
        {
            await Task.Yield();
            etags = await store.SaveAllAsync([new(Key("a"), Number(i), etags![0], null), new(Key("b"), Number(i), etags[1], null)]);
            Assert.NotNull(etags);
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);
        Assert.True(pairs > 0);
        Assert.True(halves == 0, $"{halves} of {pairs} pairs of reads saw a transaction's one document and not its other.");
    }

    /// <summary>A store that is closed under load holds each transaction whole or not at all, and all that it acknowledged.</summary>
    [Fact]
    public async Task Store_closed_with_transactions_under_way_keeps_them_whole()
    {
        var store = Transactional();
        var running = Enumerable.Range(0, 48).Select(i => Task.Run(async () =>
            await store.SaveAllAsync([Write($"{i:00}a", $"{i}", null), Write($"{i:00}b", $"{i}", null)]))).ToArray();
        await Task.WhenAny(running);
        await CloseAsync(store);
        // Those that came too late fail; their outcome is unknown by contract, but never half.
        await ((Task)Task.WhenAll(running)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        var next = await OpenAsync();
        for (var i = 0; i < running.Length; i++)
        {
            var (a, b) = (await next.LoadAsync(Key($"{i:00}a"), CancellationToken.None), await next.LoadAsync(Key($"{i:00}b"), CancellationToken.None));
            Assert.True(a is null == b is null, $"Transaction {i} is there by half.");
            if (!running[i].IsCompletedSuccessfully || await running[i] is not { } etags) continue;
            await AssertStoredAsync(Key($"{i:00}a"), $"{i}", etags[0], next);
            await AssertStoredAsync(Key($"{i:00}b"), $"{i}", etags[1], next);
        }
    }

    private ITransactionalStore Transactional()
    {
        Assert.SkipUnless(Store is ITransactionalStore, $"not on {Store.GetType().Name}: it writes one document at a time (it is no {nameof(ITransactionalStore)}).");
        return (ITransactionalStore)Store;
    }

    private DocumentWrite Write(string id, string text, ETag? expected, DateTimeOffset? due = null) => new(Key(id), Json(text), expected, due);

    private static byte[] Number(int number) => Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    private static int Read(StoredDocument document) => int.Parse(document.Content.Span, CultureInfo.InvariantCulture);
}
