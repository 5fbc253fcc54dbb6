using System.Net;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Logging;

namespace Everturn.Storage.CosmosDb.Items;

/// <summary>Finds out whether the account keeps the store's promise and the container is as it must be, before the first turn does.</summary>
internal sealed class Opening(CosmosClient client, CosmosDbStoreOptions options, bool createContainer, string name, ILogger logger)
{
    private const string PartitionKeyPath = "/id";

    public async Task RunAsync()
    {
        using var patience = new CancellationTokenSource(options.Timeout);
        try
        {
            // The client's call for the account takes no token.
            var account = await client.ReadAccountAsync().WaitAsync(patience.Token);
            AccountRules.ThrowIfManyWriteRegions(account, name);
            var container = await ReadOrMakeAsync(patience.Token);
            Check(container);
            Tell(account);
        }
        catch (Exception error) when (error is not CosmosDbStoreException)
        {
            throw CosmosErrors.Create(error, "Opening the store", name);
        }
    }

    /// <summary>The properties of a container that the store makes.</summary>
    public static ContainerProperties NewContainer(string id)
    {
        var properties = new ContainerProperties(id, PartitionKeyPath)
        {
            PartitionKeyDefinitionVersion = PartitionKeyDefinitionVersion.V2,
            // On, but nothing expires that does not say so itself.
            DefaultTimeToLive = -1,
        };
        // The id is indexed in any case.
        properties.IndexingPolicy.ExcludedPaths.Add(new ExcludedPath { Path = "/*" });
        properties.IndexingPolicy.IncludedPaths.Add(new IncludedPath { Path = "/due/?" });
        return properties;
    }

    private async Task<ContainerProperties> ReadOrMakeAsync(CancellationToken cancellationToken)
    {
        var container = client.GetContainer(options.Database, options.Container);
        try
        {
            return (await container.ReadContainerAsync(cancellationToken: cancellationToken)).Resource;
        }
        catch (CosmosException error) when (error.StatusCode == HttpStatusCode.NotFound && createContainer)
        {
            var database = await client.CreateDatabaseIfNotExistsAsync(options.Database, cancellationToken: cancellationToken);
            var made = await database.Database.CreateContainerIfNotExistsAsync(NewContainer(options.Container), cancellationToken: cancellationToken);
            if (made.StatusCode == HttpStatusCode.Created) StoreLog.ContainerMade(logger, name);
            return made.Resource;
        }
    }

    private void Check(ContainerProperties container)
    {
        var wrong = new List<string>();
        if (container.PartitionKeyPaths is not [PartitionKeyPath]) wrong.Add($"its partition key is {string.Join(", ", container.PartitionKeyPaths)}, not {PartitionKeyPath}");
        if (container.PartitionKeyDefinitionVersion == PartitionKeyDefinitionVersion.V1) wrong.Add("its partition keys are not large ones (version 2)");
        if (container.DefaultTimeToLive is > 0) wrong.Add($"its items expire after {container.DefaultTimeToLive} s");
        if (wrong.Count > 0)
        {
            throw new CosmosDbStoreException("ET2305", $"Opening the store in {name}: {string.Join(", and ", wrong)}. "
                + "Name another container and let Everturn make it, or make one with the partition key /id and time to live on without default.", isLasting: true);
        }

        var included = container.IndexingPolicy.IncludedPaths.Select(path => path.Path).ToArray();
        if (included is not ["/due/?"]) StoreLog.IndexDiffers(logger, name, $"it includes {string.Join(", ", included)}");
    }

    private void Tell(AccountProperties account)
    {
        var consistency = account.Consistency.DefaultConsistencyLevel.ToString();
        if (AccountRules.Loss(account) is { } loss) StoreLog.NotStrong(logger, name, consistency, loss);
        StoreLog.Opened(logger, name, consistency, account.ReadableRegions.Count());
    }
}
