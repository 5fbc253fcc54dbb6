using Everturn.Storage.CosmosDb;
using Everturn.Storage.CosmosDb.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// Beside the builder it extends, so that a program needs no further using.
namespace Everturn.Hosting;

/// <summary>Adds the store in Azure Cosmos DB.</summary>
public static class CosmosDbBuilderExtensions
{
    /// <summary>Keeps conversations in a container of Azure Cosmos DB. <c>Everturn:Store=cosmos:CONNECTION</c> names another connection.</summary>
    /// <param name="builder">The node's builder.</param>
    /// <param name="connection">A connection string, or the account's URL; null when the configuration names it.</param>
    public static EverturnBuilder UseCosmosDb(this EverturnBuilder builder, string? connection = null) =>
        builder.UseCosmosDb(options => options.Connection = connection ?? options.Connection);

    /// <summary>Keeps conversations in a container of Azure Cosmos DB. <c>Everturn:Store=cosmos:CONNECTION</c> names another connection.</summary>
    /// <param name="builder">The node's builder.</param>
    /// <param name="configure">Changes the settings.</param>
    public static EverturnBuilder UseCosmosDb(this EverturnBuilder builder, Action<CosmosDbStoreOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, OpenAtStart>());
        return builder.AddStore("cosmos", (services, connection) =>
        {
            var options = new CosmosDbStoreOptions();
            configure(options);
            if (!string.IsNullOrEmpty(connection)) options.Connection = connection;
            return new CosmosDbStore(options, services.GetService<ILogger<CosmosDbStore>>());
        });
    }
}
