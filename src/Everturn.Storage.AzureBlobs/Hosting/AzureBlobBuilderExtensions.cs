using Everturn.Storage.AzureBlobs;
using Everturn.Storage.AzureBlobs.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// Beside the builder it extends, so that a program needs no further using.
namespace Everturn.Hosting;

/// <summary>Adds the store in Azure Blob Storage.</summary>
public static class AzureBlobBuilderExtensions
{
    /// <summary>Keeps conversations in a container of Azure Blob Storage. <c>Everturn:Store=azureblobs:CONNECTION</c> names another connection.</summary>
    /// <param name="builder">The node's builder.</param>
    /// <param name="connection">A connection string, or the URL of an account or container, with a SAS or without; null when the configuration names it.</param>
    public static EverturnBuilder UseAzureBlobs(this EverturnBuilder builder, string? connection = null) =>
        builder.UseAzureBlobs(options => options.Connection = connection ?? options.Connection);

    /// <summary>Keeps conversations in a container of Azure Blob Storage. <c>Everturn:Store=azureblobs:CONNECTION</c> names another connection.</summary>
    /// <param name="builder">The node's builder.</param>
    /// <param name="configure">Changes the settings.</param>
    public static EverturnBuilder UseAzureBlobs(this EverturnBuilder builder, Action<AzureBlobStoreOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, OpenAtStart>());
        return builder.AddStore("azureblobs", (services, connection) =>
        {
            var options = new AzureBlobStoreOptions();
            configure(options);
            if (!string.IsNullOrEmpty(connection)) options.Connection = connection;
            return new AzureBlobStore(options, services.GetService<TimeProvider>(), services.GetService<ILogger<AzureBlobStore>>());
        });
    }
}
