using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Everturn.Storage;

namespace Everturn.Cli.Storage;

/// <summary>Tries what every store must promise, on documents of a bot that does not exist, and removes them.</summary>
/// <remarks>The suites of Everturn.Storage.Compliance say more; these few tell at once a store that is set up or made wrongly.</remarks>
internal sealed class StoreSelfTest(IStore store)
{
    private const int Page = 100;
    private const int Rivals = 8;
    private const int Measured = 5;

    // An index may follow its documents late; what is not listed by then waits too long for a user.
    private static readonly TimeSpan DuePatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    // In the order of their bytes.
    private static readonly string[] OddIds = ["#hash", "%2F", "B", "a", "a/b", "é", "～", "🍕"];

    private readonly string _bot = "everturn-check-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
    private readonly List<string> _failed = [];
    private int _tested;

    public IReadOnlyList<string> Failed => _failed;

    public int Tested => _tested;

    /// <summary>How long a read takes, the middle one of some.</summary>
    public TimeSpan Read { get; private set; }

    /// <summary>The same of a conditional write.</summary>
    public TimeSpan Write { get; private set; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await TryConditionsAsync(cancellationToken);
            await TryRaceAsync();
            await TryKeysAsync(cancellationToken);
            await TryDueAsync(cancellationToken);
            await MeasureAsync(cancellationToken);
        }
        finally
        {
            await RemoveAsync();
        }
    }

    private async Task TryConditionsAsync(CancellationToken cancellationToken)
    {
        var key = Key("conditions");
        var first = (await store.SaveAsync(key, Json(1), null, null)).ETag;
        Expect("a document that does not exist can be created", first is not null);
        Expect("a document that exists is not created again", !(await store.SaveAsync(key, Json(2), null, null)).IsSaved);
        var loaded = await store.LoadAsync(key, cancellationToken);
        Expect("a read shows what was written and its version", loaded is not null && loaded.Content.Span.SequenceEqual(Json(1)) && loaded.ETag == first);
        var second = (await store.SaveAsync(key, Json(3), first, null)).ETag;
        Expect("a write of the version that was read takes effect, under a new version", second is not null && second != first);
        if (first is null || second is null)
        {
            // Nothing more can be said of versions.
            return;
        }

        Expect("a write of an older version is refused", !(await store.SaveAsync(key, Json(4), first, null)).IsSaved);
        Expect("a refused write changes nothing", (await store.LoadAsync(key, cancellationToken))?.ETag == second);
        Expect("a delete of an older version is refused", !await store.DeleteAsync(key, first.Value));
        Expect("a delete of the version that was read takes effect", await store.DeleteAsync(key, second.Value) && await store.LoadAsync(key, cancellationToken) is null);
        Expect("a write of a deleted version is refused", !(await store.SaveAsync(key, Json(5), second, null)).IsSaved);
    }

    private async Task TryRaceAsync()
    {
        var created = await Task.WhenAll(Enumerable.Range(0, Rivals).Select(rival => store.SaveAsync(Key("race"), Json(rival), null, null).AsTask()));
        Expect("of many creates at once one wins", created.Count(result => result.IsSaved) == 1);
    }

    private async Task TryKeysAsync(CancellationToken cancellationToken)
    {
        var keys = OddIds.Select(id => Key("keys", id)).ToArray();
        await Task.WhenAll(keys.Reverse().Select(key => store.SaveAsync(key, Json(0), null, null).AsTask()));
        var half = await store.ListKeysAsync(Key("keys", ""), null, keys.Length / 2, cancellationToken);
        var rest = half.Count == 0 ? [] : await store.ListKeysAsync(Key("keys", ""), half[^1], Page, cancellationToken);
        Expect("keys come back as they were, in the order of their bytes, page by page", half.Concat(rest).SequenceEqual(keys, StringComparer.Ordinal));
    }

    private async Task TryDueAsync(CancellationToken cancellationToken)
    {
        var now = DateTimeOffset.UtcNow;
        var past = Key("due", "past");
        await store.SaveAsync(past, Json(1), null, now.AddMinutes(-1));
        await store.SaveAsync(Key("due", "future"), Json(2), null, now.AddHours(1));
        var listed = await store.ListDueAsync(_bot, now, null, Page, cancellationToken);
        for (var clock = Stopwatch.StartNew(); !listed.Contains(past, StringComparer.Ordinal) && clock.Elapsed < DuePatience;)
        {
            await Task.Delay(Interval, cancellationToken);
            listed = await store.ListDueAsync(_bot, now, null, Page, cancellationToken);
        }

        Expect("what is due is listed, and nothing else", listed.SequenceEqual([past], StringComparer.Ordinal));
    }

    private async Task MeasureAsync(CancellationToken cancellationToken)
    {
        var key = Key("measured");
        ETag? version = null;
        var (reads, writes) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (var number = 0; number < Measured; number++)
        {
            var begun = Stopwatch.GetTimestamp();
            version = (await store.SaveAsync(key, Json(number), version, null)).ETag;
            writes.Add(Stopwatch.GetElapsedTime(begun));
            begun = Stopwatch.GetTimestamp();
            await store.LoadAsync(key, cancellationToken);
            reads.Add(Stopwatch.GetElapsedTime(begun));
        }

        (Read, Write) = (Middle(reads), Middle(writes));
    }

    // Also after a cancellation: what was made is removed.
    private async Task RemoveAsync()
    {
        IReadOnlyList<string> keys;
        do
        {
            keys = await store.ListKeysAsync(_bot + "/", null, Page, CancellationToken.None);
            foreach (var key in keys)
            {
                if (await store.LoadAsync(key, CancellationToken.None) is { } document)
                {
                    await store.DeleteAsync(key, document.ETag);
                }
            }
        }
        while (keys.Count == Page);
    }

    private void Expect(string promise, bool isKept)
    {
        _tested++;
        if (!isKept)
        {
            _failed.Add(promise);
        }
    }

    private static TimeSpan Middle(List<TimeSpan> times) => times.Order().ElementAt(times.Count / 2);

    private string Key(string kind, string id = "1") => $"{_bot}/check/{kind}/{id}";

    private static byte[] Json(int number) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"number\":{number}}}"));
}
