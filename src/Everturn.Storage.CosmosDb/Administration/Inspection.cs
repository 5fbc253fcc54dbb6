using System.Net;
using Everturn.Storage.CosmosDb.Items;
using Everturn.Storage.CosmosDb.Listing;
using Microsoft.Azure.Cosmos;

namespace Everturn.Storage.CosmosDb.Administration;

/// <summary>What a person wants to know of the account and the container. It changes nothing.</summary>
internal sealed class Inspection(CosmosClient client, Container container, ItemListing listing, string name)
{
    // How items are made; there has been one form so far.
    private const int Form = 1;

    public async Task<StoreCheck> CheckAsync(CancellationToken cancellationToken)
    {
        // The client's call for the account takes no token.
        var account = await client.ReadAccountAsync().WaitAsync(cancellationToken);
        AccountRules.ThrowIfManyWriteRegions(account, name);
        var consistency = account.Consistency.DefaultConsistencyLevel;
        var loss = AccountRules.Loss(account);
        return new StoreCheck(
            name,
            $"Azure Cosmos DB for NoSQL, {consistency} consistency, {account.ReadableRegions.Count()} region(s)",
            await ExistsAsync(cancellationToken) ? Form : null,
            loss is null ? [] : [$"the account is not strongly consistent ({consistency}): {loss} Set its default consistency to Strong over three regions."]);
    }

    // From the index alone, but for the bytes, which only reading every item would tell.
    public async Task<StoreStats> CountAsync(CancellationToken cancellationToken)
    {
        var documents = await listing.CountAsync(cancellationToken);
        long dues = 0;
        long? earliest = null;
        await foreach (var due in listing.DuesAsync(cancellationToken))
        {
            dues++;
            earliest = Math.Min(earliest ?? due, due);
        }

        return new StoreStats(documents, null, dues, earliest is { } first ? new DateTimeOffset(first, TimeSpan.Zero) : null);
    }

    private async Task<bool> ExistsAsync(CancellationToken cancellationToken)
    {
        using var answer = await container.ReadContainerStreamAsync(cancellationToken: cancellationToken);
        return answer.StatusCode == HttpStatusCode.NotFound ? false
            : answer.IsSuccessStatusCode ? true
            : throw CosmosErrors.Create(answer, "Checking the container", name);
    }
}
