using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Everturn.Storage.CosmosDb.Items;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Logging;

namespace Everturn.Storage.CosmosDb.Listing;

/// <summary>Lists keys by queries over all partitions, answered from the index alone.</summary>
internal sealed class ItemListing(Container container, string name, ILogger logger)
{
    // Sorting what is due by key at the server would walk the index of ids; there is little, so it is sorted here.
    private const string DueQuery = "SELECT c.id, c[\"key\"] FROM c WHERE c.due >= @from AND c.due <= @to";
    private const string KeysQuery = "SELECT c.id, c[\"key\"] FROM c WHERE c.id >= @from AND c.id < @to ORDER BY c.id";

    private const string CountQuery = "SELECT VALUE COUNT(1) FROM c";
    private const string DuesQuery = "SELECT c.due FROM c WHERE c.due >= @from";

    private const int MostDue = 20_000;
    private const int LargestPage = 1000;

    public async Task<IReadOnlyList<string>> DueAsync(string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken)
    {
        var keys = new SortedSet<string>(Utf8Order.Instance);
        await foreach (var (_, key) in QueryAsync(DueQuery, Due.Range(scope, now), LargestPage, cancellationToken))
        {
            if (keys.Count == MostDue)
            {
                StoreLog.TooManyDue(logger, MostDue);
                break;
            }

            if (key.StartsWith(scope + "/", StringComparison.Ordinal)) keys.Add(key);
        }

        return [.. keys.Where(key => after is null || Utf8Order.Instance.Compare(key, after) > 0).Take(limit)];
    }

    public async Task<IReadOnlyList<string>> KeysAsync(string prefix, string? after, int limit, CancellationToken cancellationToken)
    {
        var range = ItemId.Range(prefix);
        if (after is not null && ItemId.Range(after).From is var from && string.CompareOrdinal(from, range.From) > 0) range.From = from;
        var keys = new List<string>();
        await foreach (var key in InOrderAsync(QueryAsync(KeysQuery, range, Math.Clamp(limit + 1, 10, LargestPage), cancellationToken)))
        {
            if (!key.StartsWith(prefix, StringComparison.Ordinal) || (after is not null && Utf8Order.Instance.Compare(key, after) <= 0)) continue;
            keys.Add(key);
            if (keys.Count == limit) break;
        }

        return keys;
    }

    public async Task<long> CountAsync(CancellationToken cancellationToken)
    {
        var count = 0L;
        await foreach (var part in AskAsync(new QueryDefinition(CountQuery), LargestPage, cancellationToken)) count += part.GetInt64();
        return count;
    }

    /// <summary>All dues, in ticks, in no order.</summary>
    public async IAsyncEnumerable<long> DuesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in AskAsync(new QueryDefinition(DuesQuery).WithParameter("@from", ""), LargestPage, cancellationToken))
        {
            if (Due.Ticks(item.GetProperty("due").GetString()) is { } due) yield return due;
        }
    }

    // Ids are in the order of keys but for cut ones: those that share a head are put in order here.
    private static async IAsyncEnumerable<string> InOrderAsync(IAsyncEnumerable<(string Id, string Key)> items)
    {
        string? head = null;
        var group = new SortedSet<string>(Utf8Order.Instance);
        await foreach (var (id, key) in items)
        {
            if (head is not null && !id.StartsWith(head, StringComparison.Ordinal))
            {
                foreach (var sorted in group) yield return sorted;
                group.Clear();
                head = null;
            }

            head ??= KeyName.Head(id);
            if (head is null) yield return key;
            else group.Add(key);
        }

        foreach (var sorted in group) yield return sorted;
    }

    private async IAsyncEnumerable<(string Id, string Key)> QueryAsync(
        string text, (string From, string To) range, int page, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = new QueryDefinition(text).WithParameter("@from", range.From).WithParameter("@to", range.To);
        await foreach (var item in AskAsync(query, page, cancellationToken))
        {
            var id = item.GetProperty("id").GetString()!;
            if (ItemId.KeyOf(id, item.TryGetProperty("key", out var key) ? key.GetString() : null) is { } known) yield return (id, known);
        }
    }

    private async IAsyncEnumerable<JsonElement> AskAsync(QueryDefinition query, int page, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var pages = container.GetItemQueryStreamIterator(query, requestOptions: new QueryRequestOptions { MaxItemCount = page, MaxConcurrency = -1 });
        var charge = 0.0;
        while (pages.HasMoreResults)
        {
            using var answer = await pages.ReadNextAsync(cancellationToken);
            if (!answer.IsSuccessStatusCode) throw CosmosErrors.Create(answer, "Listing", name);
            charge += answer.Headers.RequestCharge;
            using var json = await JsonDocument.ParseAsync(answer.Content, cancellationToken: cancellationToken);
            foreach (var item in json.RootElement.GetProperty("Documents").EnumerateArray()) yield return item;
        }

        StoreLog.Charged(logger, "A listing", charge);
    }

    // The order of UTF-16 differs from that of UTF-8 where surrogates meet the characters above them.
    private sealed class Utf8Order : IComparer<string>
    {
        public static readonly Utf8Order Instance = new();

        public int Compare(string? x, string? y) =>
            Encoding.UTF8.GetBytes(x ?? "").AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y ?? ""));
    }
}
